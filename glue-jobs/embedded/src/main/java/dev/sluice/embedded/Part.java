package dev.sluice.embedded;

import java.util.Locale;

/** One of the servers that the daemon of a home can run. */
public enum Part {
    /** PostgreSQL 16 with prepared transactions allowed, reachable by {@link Servers#jdbcUrl(String)}. */
    POSTGRES,
    /** DynamoDB Local, reachable at {@link Servers#dynamoDbEndpoint()} under any region and credentials. */
    DYNAMODB,
    /** MariaDB 11.4 with a binary log of rows, reachable by {@link Servers#mariaDbUrl(String)}; on Linux of x86-64 only. */
    MARIADB;

    /** The daemon's argument that asks for this part. */
    String argument() {
        return "--" + name().toLowerCase(Locale.ROOT);
    }
}
