package dev.sluice.database;

import java.util.Objects;
import java.util.Optional;

/** A database with the credentials that open it. Its text form holds neither user nor password nor URL parameters. */
public final class JdbcEndpoint {

    private final String url;
    private final Optional<String> user;
    private final Optional<String> password;

    public JdbcEndpoint(String url, Optional<String> user, Optional<String> password) {
        this.url = Objects.requireNonNull(url, "url");
        this.user = Objects.requireNonNull(user, "user");
        this.password = Objects.requireNonNull(password, "password");
    }

    public String url() {
        return url;
    }

    public Optional<String> user() {
        return user;
    }

    public Optional<String> password() {
        return password;
    }

    /** The URL without its parameters, fit for messages and logs. */
    public String display() {
        // Parameters of SQL Server's URLs begin with a semicolon.
        return url.split("[?;]", 2)[0];
    }

    @Override
    public String toString() {
        return display();
    }
}
