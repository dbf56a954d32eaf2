package dev.sluice.cli.lake;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.Connections;
import dev.sluice.database.HttpEndpoint;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SourceSettings;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The connections of a local lake: JDBC URLs with secrets from {@link LocalSecrets}. The host name {@code embedded} stands
 * for the home's own PostgreSQL or MariaDB, whose port is another at each start; it needs no secret.
 */
final class LocalConnections implements Connections {

    private static final Pattern EMBEDDED =
            Pattern.compile("jdbc:(postgresql|mysql|mariadb)://embedded/([^?]*)(\\?.*)?");

    private final LocalServers servers;
    private final LocalSecrets secrets;

    LocalConnections(Home home, LocalServers servers, Map<String, String> environment) {
        this.servers = servers;
        this.secrets = new LocalSecrets(home, environment);
    }

    @Override
    public JdbcEndpoint resolve(SourceSettings source) {
        ConnectionSettings connection = source.connection();
        if (connection instanceof ConnectionSettings.Jdbc jdbc) {
            return resolve(source.source(), jdbc);
        }
        if (connection instanceof ConnectionSettings.Glue glue) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot connect source " + source.source() + " (connection.glue-connection): " + glue.name()
                            + ". Glue connections are known on AWS only. Use connection.jdbc-url in a local lake.");
        }
        throw Connections.noDatabase(source);
    }

    @Override
    public HttpEndpoint resolveHttp(SourceSettings source) {
        ConnectionSettings.Http http = (ConnectionSettings.Http) source.connection();
        Optional<LocalSecrets.Credentials> found =
                http.secret().map(secret -> secrets.resolve(source.source(), secret));
        return new HttpEndpoint(
                http, found.flatMap(LocalSecrets.Credentials::user), found.flatMap(LocalSecrets.Credentials::password));
    }

    @Override
    public KafkaEndpoint resolveKafka(SourceSettings source) {
        ConnectionSettings.Kafka kafka = (ConnectionSettings.Kafka) source.connection();
        return new KafkaEndpoint(
                kafka.bootstrapServers(),
                kafka.security(),
                kafka.secret().map(secret -> login(source, secret)),
                kafka.registryUrl()
                        .map(url -> new KafkaEndpoint.Registry(
                                url, kafka.registrySecret().map(secret -> login(source, secret)))));
    }

    private KafkaEndpoint.Login login(SourceSettings source, String reference) {
        LocalSecrets.Credentials found = secrets.resolve(source.source(), reference);
        return new KafkaEndpoint.Login(found.user().orElse(""), found.password().orElse(""));
    }

    private JdbcEndpoint resolve(String source, ConnectionSettings.Jdbc jdbc) {
        Optional<LocalSecrets.Credentials> credentials =
                jdbc.secret().map(reference -> secrets.resolve(source, reference));
        Matcher embedded = EMBEDDED.matcher(jdbc.url());
        if (!embedded.matches()) {
            return new JdbcEndpoint(
                    jdbc.url(),
                    credentials.flatMap(LocalSecrets.Credentials::user),
                    credentials.flatMap(LocalSecrets.Credentials::password));
        }
        JdbcEndpoint own = embedded.group(1).equals("postgresql")
                ? servers.database(embedded.group(2))
                : servers.mariaDb(embedded.group(2));
        return new JdbcEndpoint(
                own.url() + Optional.ofNullable(embedded.group(3)).orElse(""),
                credentials.flatMap(LocalSecrets.Credentials::user).or(own::user),
                credentials.flatMap(LocalSecrets.Credentials::password).or(own::password));
    }
}
