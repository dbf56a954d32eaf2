package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.Connections;
import dev.sluice.database.HttpEndpoint;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Connection;
import software.amazon.awssdk.services.glue.model.ConnectionPropertyKey;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Endpoints from a JDBC URL with a secret in Secrets Manager, or from a Glue connection. Of a Glue connection that names a
 * secret, user and password come from there; one that enforces SSL gives a URL that does.
 */
public final class AwsConnections implements Connections {

    private final GlueClient glue;
    private final Secrets secrets;

    /** Both clients stay the caller's to close. */
    public AwsConnections(GlueClient glue, SecretsManagerClient secretsManager) {
        this.glue = Objects.requireNonNull(glue, "glue");
        this.secrets = new Secrets(secretsManager);
    }

    @Override
    public JdbcEndpoint resolve(SourceSettings source) {
        ConnectionSettings connection = source.connection();
        if (connection instanceof ConnectionSettings.Jdbc jdbc) {
            return endpoint(jdbc.url(), jdbc.secret().map(secrets::load));
        }
        if (connection instanceof ConnectionSettings.Glue named) {
            return endpoint(named.name(), source.kind());
        }
        throw Connections.noDatabase(source);
    }

    @Override
    public HttpEndpoint resolveHttp(SourceSettings source) {
        ConnectionSettings.Http http = (ConnectionSettings.Http) source.connection();
        Optional<Secrets.Credentials> found = http.secret().map(secrets::load);
        return new HttpEndpoint(
                http, found.map(Secrets.Credentials::username), found.map(Secrets.Credentials::password));
    }

    @Override
    public KafkaEndpoint resolveKafka(SourceSettings source) {
        ConnectionSettings.Kafka kafka = (ConnectionSettings.Kafka) source.connection();
        return new KafkaEndpoint(
                kafka.bootstrapServers(),
                kafka.security(),
                kafka.secret().map(this::login),
                kafka.registryUrl()
                        .map(url -> new KafkaEndpoint.Registry(
                                url, kafka.registrySecret().map(this::login))));
    }

    private KafkaEndpoint.Login login(String reference) {
        Secrets.Credentials found = secrets.load(reference);
        return new KafkaEndpoint.Login(found.username(), found.password());
    }

    private JdbcEndpoint endpoint(String name, SourceKind kind) {
        Connection connection;
        try {
            connection = glue.getConnection(request -> request.name(name).hidePassword(false))
                    .connection();
        } catch (EntityNotFoundException absent) {
            throw new SluiceException(
                    ErrorCode.SECRET_MISSING,
                    "Cannot read Glue connection: " + name
                            + ". There is none of that name in this account and region. Check"
                            + " connection.glue-connection.",
                    absent);
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot read Glue connection: " + name + ". " + failure.getMessage(), failure);
        }
        Map<ConnectionPropertyKey, String> properties = connection.connectionProperties();
        Optional<Secrets.Credentials> credentials = secretOf(connection)
                .map(secrets::load)
                .or(() -> property(properties, ConnectionPropertyKey.USERNAME)
                        .map(user -> new Secrets.Credentials(
                                user,
                                property(properties, ConnectionPropertyKey.PASSWORD)
                                        .orElse(""))));
        return endpoint(url(name, kind, properties), credentials);
    }

    private static Optional<String> secretOf(Connection connection) {
        return property(connection.connectionProperties(), ConnectionPropertyKey.SECRET_ID)
                .or(() -> Optional.ofNullable(connection.authenticationConfiguration())
                        .map(authentication -> authentication.secretArn()));
    }

    private static String url(String name, SourceKind kind, Map<ConnectionPropertyKey, String> properties) {
        String url = property(properties, ConnectionPropertyKey.JDBC_CONNECTION_URL)
                .or(() -> property(properties, ConnectionPropertyKey.HOST)
                        .flatMap(host -> property(properties, ConnectionPropertyKey.PORT)
                                .flatMap(port -> property(properties, ConnectionPropertyKey.DATABASE)
                                        .map(database -> url(kind, host, port, database)))))
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.SETTINGS_INVALID,
                        "Cannot use Glue connection: " + name
                                + ". It has neither a JDBC URL nor host, port and database. Name a connection to a"
                                + " database in connection.glue-connection."));
        boolean ssl = property(properties, ConnectionPropertyKey.JDBC_ENFORCE_SSL)
                .filter("true"::equalsIgnoreCase)
                .isPresent();
        if (url.startsWith("jdbc:sqlserver:")) {
            return ssl && !url.contains("encrypt=") ? url + ";encrypt=true" : url;
        }
        // Oracle has its encryption in the protocol that its URL names.
        if (url.startsWith("jdbc:oracle:")) {
            return url;
        }
        String encrypted = url.startsWith("jdbc:postgresql:") ? "sslmode=require" : "sslMode=trust";
        String key = encrypted.substring(0, encrypted.indexOf('=') + 1);
        return ssl && !url.contains(key) ? url + (url.contains("?") ? "&" : "?") + encrypted : url;
    }

    private static String url(SourceKind kind, String host, String port, String database) {
        return switch (kind) {
            case POSTGRESQL -> "jdbc:postgresql://" + host + ":" + port + "/" + database;
            case SQLSERVER -> "jdbc:sqlserver://" + host + ":" + port + ";databaseName=" + database;
            case ORACLE -> "jdbc:oracle:thin:@//" + host + ":" + port + "/" + database;
            case MYSQL, MARIADB, FILES, KAFKA, HTTP -> "jdbc:mysql://" + host + ":" + port + "/" + database;
        };
    }

    private static Optional<String> property(Map<ConnectionPropertyKey, String> properties, ConnectionPropertyKey key) {
        return Optional.ofNullable(properties.get(key)).filter(value -> !value.isBlank());
    }

    private static JdbcEndpoint endpoint(String url, Optional<Secrets.Credentials> credentials) {
        return new JdbcEndpoint(
                url, credentials.map(Secrets.Credentials::username), credentials.map(Secrets.Credentials::password));
    }
}
