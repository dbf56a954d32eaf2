/**
 * The servers that stand in for AWS and for a source database on one machine, and the client that starts them.
 *
 * <p>{@link dev.sluice.embedded.Servers} is what callers use; it needs the JDK alone. It attaches to the one daemon
 * of a home folder, or launches it as a JVM of its own, so that the class path of PostgreSQL's and DynamoDB Local's
 * drivers never meets Spark's. {@link dev.sluice.embedded.EmbeddedServers} is that daemon's entry point and the only
 * class here that leads to third-party code. Nothing in this package knows tables, settings or Spark.
 *
 * <p>A home folder looks like this:
 *
 * <pre>
 * HOME/postgres                 PostgreSQL's data directory
 * HOME/mariadb                  MariaDB's data directory
 * HOME/dynamodb                 DynamoDB Local's database file
 * HOME/run/servers.properties   who runs, and on which ports; written whole or not at all
 * HOME/run/servers.log          what the daemon logged
 * HOME/run/postgres.log         what PostgreSQL logged
 * HOME/run/mariadb.log          what MariaDB logged
 * HOME/run/clients.lock         held shared by every client, so the operating system counts them
 * HOME/run/daemon.lock          held by the daemon
 * HOME/run/launch.lock          held by the client that attaches or launches
 * HOME/run/wanted-PART          asks the running daemon to start one more part
 * HOME/run/keep                 tells the daemon to outlive its clients
 * </pre>
 */
package dev.sluice.embedded;
