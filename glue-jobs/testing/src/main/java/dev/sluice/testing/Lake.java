package dev.sluice.testing;

import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.database.Connections;
import dev.sluice.database.DatabaseKind;
import dev.sluice.database.HttpEndpoint;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.extract.Extractor;
import dev.sluice.extract.files.FilesExtractor;
import dev.sluice.extract.files.LocalSourceFiles;
import dev.sluice.extract.files.SourceFiles;
import dev.sluice.extract.http.HttpExtractor;
import dev.sluice.load.Loader;
import dev.sluice.load.PostgresLoader;
import dev.sluice.quality.Secrets;
import dev.sluice.raw.LocalZoneFiles;
import dev.sluice.raw.Zones;
import dev.sluice.run.Platform;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;

/** A platform in one process: zones in a folder, stores in memory, databases as registered with {@link #connect}. */
public final class Lake implements Platform {

    private final Path folder;
    private final Clock clock;
    private final Duration leaseTtl;
    private final SettingsStore settings;
    private final BookmarkStore bookmarks;
    private final Map<String, Object> endpoints;
    private final SourceFiles files;
    private final AtomicInteger sessions;
    private final List<CatalogPublisher.CuratedTable> published = new ArrayList<>();
    private final Map<TableName, ViewSettings> views = new ConcurrentSkipListMap<>();

    private Lake(
            Path folder,
            Clock clock,
            Duration leaseTtl,
            SettingsStore settings,
            BookmarkStore bookmarks,
            Map<String, Object> endpoints,
            SourceFiles files,
            AtomicInteger sessions) {
        this.folder = folder;
        this.clock = clock;
        this.leaseTtl = leaseTtl;
        this.settings = settings;
        this.bookmarks = bookmarks;
        this.endpoints = endpoints;
        this.files = files;
        this.sessions = sessions;
    }

    /** A lake with empty stores and zones below a folder, and leases of a minute. */
    public static Lake in(Path folder) {
        Clock clock = Clock.systemUTC();
        return new Lake(
                folder,
                clock,
                Duration.ofMinutes(1),
                new InMemorySettingsStore(),
                new InMemoryBookmarkStore(clock, Duration.ZERO, holder -> false),
                new ConcurrentHashMap<>(),
                new LocalSourceFiles(),
                new AtomicInteger());
    }

    /** The same lake with another bookmark store. */
    public Lake with(BookmarkStore store) {
        return new Lake(folder, clock, leaseTtl, settings, store, endpoints, files, sessions);
    }

    /** The same lake as seen by a process with another clock and other leases. */
    public Lake with(Clock otherClock, Duration otherTtl) {
        return new Lake(folder, otherClock, otherTtl, settings, bookmarks, endpoints, files, sessions);
    }

    /** The same lake with another place that its sources' files are in. */
    public Lake with(SourceFiles otherFiles) {
        return new Lake(folder, clock, leaseTtl, settings, bookmarks, endpoints, otherFiles, sessions);
    }

    /** Registers a database as a source, or as a target, of this name in UTC. */
    public Lake connect(String source, JdbcEndpoint endpoint) {
        endpoints.put(source, endpoint);
        settings.register(
                new SourceSettings(
                        source,
                        1,
                        switch (DatabaseKind.of(endpoint)) {
                            case POSTGRESQL -> SourceKind.POSTGRESQL;
                            case MYSQL -> SourceKind.MYSQL;
                            case SQLSERVER -> SourceKind.SQLSERVER;
                            case ORACLE -> SourceKind.ORACLE;
                        },
                        new ConnectionSettings.Jdbc(endpoint.url(), java.util.Optional.of(source)),
                        ZoneId.of("UTC"),
                        4),
                SettingsStore.Existing.REPLACE);
        return this;
    }

    /** Registers a Kafka cluster as a source of this name. */
    public Lake connect(String source, KafkaEndpoint endpoint) {
        endpoints.put(source, endpoint);
        settings.register(
                new SourceSettings(
                        source,
                        1,
                        SourceKind.KAFKA,
                        new ConnectionSettings.Kafka(
                                endpoint.clientProperties().get("bootstrap.servers"),
                                ConnectionSettings.Kafka.Security.PLAINTEXT,
                                java.util.Optional.empty(),
                                endpoint.registry().map(KafkaEndpoint.Registry::url),
                                endpoint.registry().map(registry -> source)),
                        ZoneId.of("UTC"),
                        4),
                SettingsStore.Existing.REPLACE);
        return this;
    }

    /** Registers endpoints as a source. */
    public Lake connect(String source, ConnectionSettings.Http http, HttpEndpoint endpoint) {
        endpoints.put(source, endpoint);
        settings.register(
                new SourceSettings(source, 1, SourceKind.HTTP, http, ZoneId.of("UTC"), 4),
                SettingsStore.Existing.REPLACE);
        return this;
    }

    /** Registers a folder as a source of files. */
    public Lake connect(String source, Path files) {
        settings.register(
                new SourceSettings(
                        source,
                        1,
                        SourceKind.FILES,
                        new ConnectionSettings.Folder(files.toAbsolutePath().toString()),
                        ZoneId.of("UTC"),
                        4),
                SettingsStore.Existing.REPLACE);
        return this;
    }

    /** The folder with the zones {@code raw}, {@code curated} and {@code quarantine}. */
    public Path folder() {
        return folder;
    }

    /** The views in the catalog. */
    public Map<TableName, ViewSettings> publishedViews() {
        return Map.copyOf(views);
    }

    /** What was published to the catalog, in order. */
    public synchronized List<CatalogPublisher.CuratedTable> published() {
        return List.copyOf(published);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    /** How often Spark was asked for, by whichever process this lake stands for. */
    public int sparkSessions() {
        return sessions.get();
    }

    @Override
    public SparkSession spark() {
        sessions.incrementAndGet();
        return TestSpark.session();
    }

    @Override
    public SettingsStore settings() {
        return settings;
    }

    @Override
    public BookmarkStore bookmarks() {
        return bookmarks;
    }

    @Override
    public Zones zones() {
        return new Zones(
                new LocalZoneFiles(folder.resolve("raw")),
                new LocalZoneFiles(folder.resolve("curated")),
                new LocalZoneFiles(folder.resolve("quarantine")));
    }

    @Override
    public Connections connections() {
        return new Connections() {
            @Override
            public JdbcEndpoint resolve(SourceSettings source) {
                return (JdbcEndpoint) endpoints.get(source.source());
            }

            @Override
            public HttpEndpoint resolveHttp(SourceSettings source) {
                return (HttpEndpoint) endpoints.get(source.source());
            }

            @Override
            public KafkaEndpoint resolveKafka(SourceSettings source) {
                return (KafkaEndpoint) endpoints.get(source.source());
            }
        };
    }

    /** Of each secret its name, repeated: stable, and long enough. */
    @Override
    public Secrets secrets() {
        return secret -> secret.repeat(Secrets.SHORTEST_KEY).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Extractor extractor(SourceSettings source, TableSettings table) {
        if (source.kind() == SourceKind.HTTP) {
            return new HttpExtractor(zones().raw(), bookmarks, clock, source.timeZone(), Duration.ofMillis(10));
        }
        return source.kind() == SourceKind.FILES
                ? new FilesExtractor(files, zones().raw(), bookmarks, clock)
                : Extractor.of(source.kind());
    }

    @Override
    public Loader loader(SourceSettings target) {
        return new PostgresLoader();
    }

    @Override
    public CatalogPublisher catalog() {
        return new CatalogPublisher() {
            @Override
            public void publish(CuratedTable table) {
                synchronized (Lake.this) {
                    published.add(table);
                }
            }

            @Override
            public boolean shows(ViewSettings view) {
                return view.equals(views.get(view.name()));
            }

            @Override
            public void publish(ViewSettings view) {
                views.put(view.name(), view);
            }

            @Override
            public List<TableName> removeViewsExcept(String source, Set<TableName> kept) {
                List<TableName> removed = views.keySet().stream()
                        .filter(view -> view.source().equals(source) && !kept.contains(view))
                        .toList();
                removed.forEach(views::remove);
                return removed;
            }
        };
    }

    @Override
    public LeaseHolder holder(String runId) {
        return new LeaseHolder(runId, "test", ProcessHandle.current().pid());
    }

    @Override
    public Duration leaseTtl() {
        return leaseTtl;
    }

    @Override
    public void close() {}
}
