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

    /** The name of a Glue connection; its URL and secret are looked up there. */
    record Glue(String name) implements ConnectionSettings {
        public Glue {
            Objects.requireNonNull(name, "name");
        }
    }
}
