package dev.sluice.settings;

import java.util.Objects;
import java.util.Optional;

/** Where a source is reached. Holds references only; credentials are resolved from them when a connection opens. */
public sealed interface ConnectionSettings {

    /** A JDBC URL without credentials, and the reference under which the secret store keeps user and password. */
    record Jdbc(String url, Optional<String> secret) implements ConnectionSettings {
        public Jdbc {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(secret, "secret");
        }
    }

    /**
     * A place that holds files: {@code s3://bucket/prefix}, or the absolute path of a folder, without a slash at its end.
     */
    record Folder(String path) implements ConnectionSettings {
        public Folder {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * A Kafka cluster and the schema registry beside it.
     *
     * @param bootstrapServers as {@code host:port}, separated by commas
     * @param security how clients are let in
     * @param secret the reference to user and password; present exactly where security asks for them
     * @param registryUrl the registry's base URL; needed for Avro
     * @param registrySecret the reference to the registry's user and password
     */
    record Kafka(
            String bootstrapServers,
            Security security,
            Optional<String> secret,
            Optional<String> registryUrl,
            Optional<String> registrySecret)
            implements ConnectionSettings {
        public Kafka {
            Objects.requireNonNull(bootstrapServers, "bootstrapServers");
            Objects.requireNonNull(security, "security");
            Objects.requireNonNull(secret, "secret");
            Objects.requireNonNull(registryUrl, "registryUrl");
            Objects.requireNonNull(registrySecret, "registrySecret");
        }

        /** How a client is let in. */
        public enum Security {
            /** By anyone, unencrypted. */
            PLAINTEXT,
            /** By anyone, encrypted. */
            TLS,
            /** By user and password, SASL SCRAM-SHA-512 over TLS. */
            SCRAM,
            /** By user and password, SASL PLAIN over TLS. */
            PLAIN,
            /** By the role of the job, on Amazon MSK. */
            IAM;

            /** Whether it asks for user and password. */
            public boolean asksForLogin() {
                return this == SCRAM || this == PLAIN;
            }
        }
    }

    /**
     * Endpoints below one URL.
     *
     * @param url without user, query and slash at its end
     * @param authentication how the secret is given to an endpoint
     * @param credentialName the header or the query parameter that takes it; present exactly where that is asked for
     * @param secret the reference to it; present exactly where there is an authentication
     */
    record Http(String url, Authentication authentication, Optional<String> credentialName, Optional<String> secret)
            implements ConnectionSettings {
        public Http {
            Objects.requireNonNull(url, "url");
            Objects.requireNonNull(authentication, "authentication");
            Objects.requireNonNull(credentialName, "credentialName");
            Objects.requireNonNull(secret, "secret");
        }

        /** How a request says who asks. */
        public enum Authentication {
            NONE,
            /** By user and password. */
            BASIC,
            /** By the secret's password as a bearer token. */
            BEARER,
            /** By the secret's password in a header of its own. */
            HEADER,
            /** By the secret's password in the query. */
            PARAMETER
        }
    }

    /** The name of a Glue connection; its URL and secret are looked up there. */
    record Glue(String name) implements ConnectionSettings {
        public Glue {
            Objects.requireNonNull(name, "name");
        }
    }
}
