package dev.sluice.aws.dynamodb;

import dev.sluice.embedded.Part;
import dev.sluice.embedded.Servers;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** DynamoDB Local for the tests of one JVM: started by the first that asks, given up when the JVM ends. */
public final class LocalDynamoDb {

    private static Servers servers;

    private LocalDynamoDb() {}

    /** A client of it; the caller closes it. */
    public static DynamoDbClient client() {
        return client(endpoint());
    }

    /** A client of whatever listens there; the caller closes it. */
    public static DynamoDbClient client(URI endpoint) {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /** Where it listens. */
    public static synchronized URI endpoint() {
        if (servers == null) {
            servers = Servers.start(
                    Path.of("target", "dynamodb-local").toAbsolutePath(), Set.of(Part.DYNAMODB), Duration.ofSeconds(2));
        }
        return servers.dynamoDbEndpoint();
    }
}
