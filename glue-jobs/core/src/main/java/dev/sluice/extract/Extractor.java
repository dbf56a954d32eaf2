package dev.sluice.extract;

import dev.sluice.database.Connections;
import dev.sluice.extract.jdbc.JdbcExtractor;
import dev.sluice.extract.kafka.KafkaExtractor;
import dev.sluice.raw.Manifest;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads one kind of source. */
public interface Extractor {

    /** The extractor of a database or of topics, with the ledger's bookmarks. */
    static Extractor of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL, MYSQL, MARIADB, SQLSERVER, ORACLE -> new JdbcExtractor();
            case KAFKA -> new KafkaExtractor();
            case FILES, HTTP -> throw new IllegalArgumentException("Where these are kept is the platform's to say");
        };
    }

    /**
     * Opens a table for reading; the caller closes it. Connects, and throws {@code SOURCE_UNREACHABLE} or {@code
     * CREDENTIALS_REJECTED}.
     *
     * @param connections leads from the source's references to what opens it
     */
    Extraction open(SourceSettings source, Connections connections, TableSettings table);

    /**
     * Rows of a batch's quarantine as they are to be judged again: as they were read, unless the source's originals can be
     * read otherwise now.
     *
     * @param origin the manifest of the batch they were read by
     * @param rows in the raw columns of that batch
     */
    default Requeue requeue(SparkSession spark, TableSettings table, Manifest origin, Dataset<Row> rows) {
        return new Requeue(new SourceTable(origin.columns(), java.util.List.of()), rows);
    }
}
