package dev.sluice.verify;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.SqlFailures;
import dev.sluice.quality.Discretion;
import dev.sluice.run.Platform;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SourceFit;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Proves that curated equals its source, and each load target equals curated. Reads only, takes no lease, and may run
 * beside ingestion and loads: each comparison holds one Delta version against one snapshot of one database. Rows and
 * checksums are computed where the rows lie; an equal table costs one aggregation on each side.
 */
public final class Verification {

    private final Platform platform;

    public Verification(Platform platform) {
        this.platform = Objects.requireNonNull(platform, "platform");
    }

    /**
     * Verifies one registered table.
     *
     * @throws SluiceException {@code SETTINGS_MISSING}; {@code REQUEST_INVALID} where nothing has been ingested yet; what a
     *     database that cannot be read means; {@code CURATED_CORRUPT} where curated lacks the version to compare
     */
    public VerificationReport verify(TableName name, Set<Scope> scopes) {
        Instant startedAt = platform.clock().instant();
        TableSettings settings =
                platform.settings().findTable(name).orElseThrow(() -> missing("table", name.toString()));
        try {
            return verify(settings, scopes, startedAt);
        } catch (RuntimeException failure) {
            throw Discretion.of(Optional.of(settings)).thrown(name, failure);
        }
    }

    private VerificationReport verify(TableSettings settings, Set<Scope> scopes, Instant startedAt) {
        TableName name = settings.name();
        SparkSession spark = platform.spark().newSession();
        // The forms of values rest on both: sums wrap outside ANSI mode, and wall clocks pass through UTC.
        spark.conf().set("spark.sql.ansi.enabled", "false");
        spark.conf().set("spark.sql.session.timeZone", "UTC");
        List<Comparison> comparisons = new ArrayList<>();
        if (scopes.contains(Scope.CURATED)) {
            SourceSettings source = source(name.source());
            SourceFit.require(source, settings);
            if (source.kind() == SourceKind.FILES) {
                comparisons.add(new FilesComparison(platform, spark, source, settings).compare());
            } else if (source.kind() == SourceKind.HTTP) {
                comparisons.add(new HttpComparison(platform, spark, source, settings).compare());
            } else {
                comparisons.add(explained(
                        "verify table " + name, source, () -> new SourceComparison(platform, spark, source, settings)
                                .compare()));
            }
        }
        if (scopes.contains(Scope.TARGETS)) {
            for (LoadSettings load : settings.loads()) {
                SourceSettings target = source(load.target());
                comparisons.add(explained(
                        "verify target " + load.target() + " of table " + name,
                        target,
                        () -> new TargetComparison(platform, spark, target, settings, load).compare()));
            }
        }
        return new VerificationReport(name, startedAt, platform.clock().instant(), comparisons);
    }

    /** What Spark throws becomes an error that names the table; those that do already pass. */
    private Comparison explained(String action, SourceSettings database, Supplier<Comparison> comparison) {
        try {
            return comparison.get();
        } catch (SluiceException known) {
            throw known;
        } catch (RuntimeException failure) {
            throw SqlFailures.of(action, platform.connections().resolve(database), failure);
        }
    }

    private SourceSettings source(String name) {
        return platform.settings().findSource(name).orElseThrow(() -> missing("source", name));
    }

    private static SluiceException missing(String kind, String name) {
        return new SluiceException(
                ErrorCode.SETTINGS_MISSING,
                "Cannot verify " + kind + " " + name
                        + ": no such item is registered. Register it with 'sluice register'");
    }
}
