package dev.sluice.aws.s3;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * S3 clients by what S3A's configuration says. Kept for the life of the JVM: Delta makes log stores by name, many of
 * them, and never closes one, so that there is no owner to hand a client to.
 */
final class LogClients {

    private static final String PREFIX = "fs.s3a.";
    private static final String ENDPOINT = "endpoint";
    private static final String REGION = "endpoint.region";
    private static final String PATH_STYLE = "path.style.access";
    private static final String ACCESS_KEY = "access.key";
    private static final String SECRET_KEY = "secret.key";
    private static final String SSL = "connection.ssl.enabled";

    private static final Map<Access, S3Client> CLIENTS = new ConcurrentHashMap<>();

    private LogClients() {}

    /** How S3 is reached; an empty text is S3A's way to say that something is not set. */
    private record Access(String endpoint, String region, String accessKey, String secretKey, boolean pathStyle) {}

    /** The client for a bucket; its own settings, {@code fs.s3a.bucket.NAME.}, win over those for all. */
    static S3Client client(Configuration conf, String bucket) {
        String endpoint = option(conf, bucket, ENDPOINT);
        if (!endpoint.isEmpty() && !endpoint.contains("://")) {
            endpoint = (option(conf, bucket, SSL).equals("false") ? "http://" : "https://") + endpoint;
        }
        return CLIENTS.computeIfAbsent(
                new Access(
                        endpoint,
                        option(conf, bucket, REGION),
                        option(conf, bucket, ACCESS_KEY),
                        option(conf, bucket, SECRET_KEY),
                        option(conf, bucket, PATH_STYLE).equals("true")),
                LogClients::create);
    }

    private static S3Client create(Access access) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .credentialsProvider(credentials(access))
                .forcePathStyle(access.pathStyle());
        if (!access.region().isEmpty()) {
            builder.region(Region.of(access.region()));
        }
        if (!access.endpoint().isEmpty()) {
            builder.endpointOverride(URI.create(access.endpoint()));
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(Access access) {
        return access.accessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(access.accessKey(), access.secretKey()));
    }

    private static String option(Configuration conf, String bucket, String key) {
        String own = conf.getTrimmed(PREFIX + "bucket." + bucket + "." + key, "");
        return own.isEmpty() ? conf.getTrimmed(PREFIX + key, "") : own;
    }
}
