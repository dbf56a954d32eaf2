package dev.sluice.aws;

import com.amazonaws.services.glue.GlueContext;
import dev.sluice.aws.dynamodb.DynamoDbBookmarkStore;
import dev.sluice.aws.dynamodb.DynamoDbSettingsStore;
import dev.sluice.aws.glue.GlueBookmarks;
import dev.sluice.aws.glue.GlueCatalog;
import dev.sluice.aws.glue.GlueExtractors;
import dev.sluice.aws.s3.ConditionalPutLogStore;
import dev.sluice.aws.s3.S3SourceFiles;
import dev.sluice.aws.s3.S3ZoneFiles;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.database.Connections;
import dev.sluice.extract.Extractor;
import dev.sluice.load.Loader;
import dev.sluice.raw.Zones;
import dev.sluice.run.Platform;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * A lake on AWS: settings and bookmarks in DynamoDB, zones on S3, credentials in Secrets Manager or Glue connections, the
 * Glue catalog, and the Spark session of a Glue job. Region, credentials and endpoints are those of the SDK's own chains.
 */
public final class AwsPlatform implements Platform {

    /** Long enough for a run that garbage collection or a slow store stops for a while; renewal is far more frequent. */
    private static final Duration LEASE_TTL = Duration.ofMinutes(5);

    private final Names names;
    private final Clock clock = Clock.systemUTC();
    private final GlueBookmarks glueBookmarks = new GlueBookmarks();
    private final SdkHttpClient http = UrlConnectionHttpClient.create();
    private final DynamoDbClient dynamoDb;
    private final S3Client s3;
    private final GlueClient glue;
    private final SecretsManagerClient secretsManager;
    private final Zones zones;
    private Optional<GlueContext> context = Optional.empty();

    /**
     * What this lake's parts are called.
     *
     * @param catalogPrefix what the names of its databases in the Glue catalog begin with, before the source's; may be
     *     empty
     */
    public record Names(
            String settingsTable,
            String bookmarksTable,
            String rawZone,
            String curatedZone,
            String quarantineZone,
            String catalogPrefix) {
        public Names {
            Objects.requireNonNull(settingsTable, "settingsTable");
            Objects.requireNonNull(bookmarksTable, "bookmarksTable");
            Objects.requireNonNull(rawZone, "rawZone");
            Objects.requireNonNull(curatedZone, "curatedZone");
            Objects.requireNonNull(quarantineZone, "quarantineZone");
            Objects.requireNonNull(catalogPrefix, "catalogPrefix");
        }

        /** Those of a lake whose catalog databases are called as its sources are. */
        public Names(
                String settingsTable,
                String bookmarksTable,
                String rawZone,
                String curatedZone,
                String quarantineZone) {
            this(settingsTable, bookmarksTable, rawZone, curatedZone, quarantineZone, "");
        }
    }

    /** A lake of these names; nothing is reached and Spark is not started before it is asked for. */
    public AwsPlatform(Names names) {
        this.names = Objects.requireNonNull(names, "names");
        this.dynamoDb = DynamoDbClient.builder().httpClient(http).build();
        this.s3 = S3Client.builder().httpClient(http).build();
        this.glue = GlueClient.builder().httpClient(http).build();
        this.secretsManager = SecretsManagerClient.builder().httpClient(http).build();
        this.zones = new Zones(
                new S3ZoneFiles(s3, names.rawZone()),
                new S3ZoneFiles(s3, names.curatedZone()),
                new S3ZoneFiles(s3, names.quarantineZone()));
    }

    /** The job's context, made at the first call over {@link #spark}'s session. */
    public synchronized GlueContext glueContext() {
        if (context.isEmpty()) {
            context = Optional.of(new GlueContext(startSpark().sparkContext()));
        }
        return context.get();
    }

    /** What this platform's runs read by Glue's bookmarks. */
    public GlueBookmarks glueBookmarks() {
        return glueBookmarks;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public SparkSession spark() {
        return glueContext().getSparkSession();
    }

    @Override
    public SettingsStore settings() {
        return new DynamoDbSettingsStore(dynamoDb, names.settingsTable());
    }

    @Override
    public BookmarkStore bookmarks() {
        return new DynamoDbBookmarkStore(
                dynamoDb,
                names.bookmarksTable(),
                clock,
                DynamoDbBookmarkStore.DEFAULT_CLOCK_TOLERANCE,
                holder -> false);
    }

    @Override
    public Zones zones() {
        return zones;
    }

    @Override
    public Connections connections() {
        return new AwsConnections(glue, secretsManager);
    }

    @Override
    public dev.sluice.quality.Secrets secrets() {
        return new Secrets(secretsManager);
    }

    @Override
    public Extractor extractor(SourceSettings source, TableSettings table) {
        return new GlueExtractors(this, new S3SourceFiles(s3), this::glueContext, glueBookmarks).of(source, table);
    }

    @Override
    public Loader loader(SourceSettings target) {
        return Loader.of(target.kind());
    }

    @Override
    public CatalogPublisher catalog() {
        return new GlueCatalog(glue, names.catalogPrefix());
    }

    @Override
    public LeaseHolder holder(String runId) {
        return LeaseHolder.ofThisProcess(runId);
    }

    @Override
    public Duration leaseTtl() {
        return LEASE_TTL;
    }

    @Override
    public synchronized void close() {
        context.map(GlueContext::getSparkSession).ifPresent(SparkSession::stop);
        context = Optional.empty();
        dynamoDb.close();
        s3.close();
        glue.close();
        secretsManager.close();
        http.close();
    }

    private static SparkSession startSpark() {
        SparkSession.Builder builder = SparkSession.builder()
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.sql.session.timeZone", "UTC")
                .config(ConditionalPutLogStore.SPARK_CONF, ConditionalPutLogStore.class.getName());
        // Told no region, S3A takes one of its own.
        Region region = DefaultAwsRegionProviderChain.builder().build().getRegion();
        return builder.config("spark.hadoop.fs.s3a.endpoint.region", region.id())
                .getOrCreate();
    }
}
