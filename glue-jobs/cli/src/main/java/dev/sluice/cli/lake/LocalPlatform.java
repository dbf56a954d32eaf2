package dev.sluice.cli.lake;

import com.amazonaws.services.glue.GlueContext;
import dev.sluice.aws.dynamodb.DynamoDbBookmarkStore;
import dev.sluice.aws.dynamodb.DynamoDbSettingsStore;
import dev.sluice.aws.glue.GlueBookmarks;
import dev.sluice.aws.glue.GlueExtractors;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.database.Connections;
import dev.sluice.extract.Extractor;
import dev.sluice.extract.files.LocalSourceFiles;
import dev.sluice.load.Loader;
import dev.sluice.quality.Secrets;
import dev.sluice.raw.LocalZoneFiles;
import dev.sluice.raw.Zones;
import dev.sluice.run.Platform;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A lake on one machine: zones, secrets and catalog in the home's folder, settings and bookmarks in DynamoDB Local, Spark in
 * this JVM. Whatever a command does not ask for is not started.
 */
public final class LocalPlatform implements Platform {

    private static final String SETTINGS_TABLE = "sluice-settings";
    private static final String BOOKMARKS_TABLE = "sluice-bookmarks";
    private static final Duration LEASE_TTL = Duration.ofSeconds(60);
    /** All runs of a home share this machine's clock. */
    private static final Duration CLOCK_TOLERANCE = Duration.ZERO;

    private final Home home;
    private final Clock clock = Clock.systemUTC();
    private final GlueBookmarks glueBookmarks = new GlueBookmarks();
    private final LocalServers servers;
    private final Connections connections;
    private final Map<String, String> environment;
    private Optional<DynamoDbClient> dynamoDb = Optional.empty();
    private Optional<SettingsStore> settings = Optional.empty();
    private Optional<BookmarkStore> bookmarks = Optional.empty();
    private Optional<SparkSession> spark = Optional.empty();
    private Optional<GlueContext> context = Optional.empty();

    /**
     * @param home the lake's folder; made where it is missing
     * @param environment where {@code env:NAME} secrets are looked up
     */
    public LocalPlatform(Home home, Map<String, String> environment) {
        this.home = home.create();
        this.servers = new LocalServers(home);
        this.environment = Map.copyOf(environment);
        this.connections = new LocalConnections(home, servers, environment);
    }

    /** The servers that this lake uses. */
    public LocalServers servers() {
        return servers;
    }

    /** A Glue context over {@link #spark}'s session, made at the first call. Its bookmarks lie in the home. */
    public synchronized GlueContext glueContext() {
        if (context.isEmpty()) {
            context = Optional.of(new GlueContext(spark().sparkContext()));
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
    public synchronized SparkSession spark() {
        if (spark.isEmpty()) {
            spark = Optional.of(LakeSpark.start(home));
        }
        return spark.get();
    }

    @Override
    public synchronized SettingsStore settings() {
        if (settings.isEmpty()) {
            DynamoDbSettingsStore store = new DynamoDbSettingsStore(dynamoDb(), SETTINGS_TABLE);
            store.createTableIfAbsent();
            settings = Optional.of(store);
        }
        return settings.get();
    }

    @Override
    public synchronized BookmarkStore bookmarks() {
        if (bookmarks.isEmpty()) {
            DynamoDbBookmarkStore store =
                    new DynamoDbBookmarkStore(dynamoDb(), BOOKMARKS_TABLE, clock, CLOCK_TOLERANCE, this::ended);
            store.createTableIfAbsent();
            bookmarks = Optional.of(store);
        }
        return bookmarks.get();
    }

    @Override
    public Zones zones() {
        return new Zones(
                new LocalZoneFiles(home.raw()),
                new LocalZoneFiles(home.curated()),
                new LocalZoneFiles(home.quarantine()));
    }

    @Override
    public Connections connections() {
        return connections;
    }

    @Override
    public Secrets secrets() {
        return new LocalSecrets(home, environment);
    }

    @Override
    public Extractor extractor(SourceSettings source, TableSettings table) {
        return new GlueExtractors(this, new LocalSourceFiles(), this::glueContext, glueBookmarks).of(source, table);
    }

    @Override
    public Loader loader(SourceSettings target) {
        return Loader.of(target.kind());
    }

    @Override
    public CatalogPublisher catalog() {
        return new LocalCatalog(home);
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
        try {
            spark.ifPresent(LocalPlatform::stop);
            dynamoDb.ifPresent(DynamoDbClient::close);
        } finally {
            servers.close();
        }
    }

    /** What is stopped must not stay the active session of threads that the next lake of this JVM starts. */
    private static void stop(SparkSession session) {
        session.stop();
        SparkSession.clearActiveSession();
        SparkSession.clearDefaultSession();
    }

    /** A process of this host that is not there any more cannot hold a table. */
    private boolean ended(LeaseHolder holder) {
        return holder.host().equals(holder("").host())
                && ProcessHandle.of(holder.pid()).filter(ProcessHandle::isAlive).isEmpty();
    }

    private DynamoDbClient dynamoDb() {
        if (dynamoDb.isEmpty()) {
            dynamoDb = Optional.of(DynamoDbClient.builder()
                    .endpointOverride(servers.dynamoDb())
                    .region(Region.of("local"))
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                    .httpClient(UrlConnectionHttpClient.create())
                    .build());
        }
        return dynamoDb.get();
    }
}
