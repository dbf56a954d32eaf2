package dev.sluice.verify;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.jdbc.JdbcColumn;
import dev.sluice.extract.jdbc.JdbcTable;
import dev.sluice.quality.Quarantine;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The hashes of the rows that are in quarantine, computed as those of the source. */
final class QuarantinedRows {

    private static final Map<String, String> JSON = Map.of("timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX");

    private QuarantinedRows() {}

    /**
     * The hashes, {@code kh} and {@code rh}, lazily; empty where nothing is in quarantine. A table that is read in full is
     * judged anew by every run, so only its last batch's count.
     */
    static Optional<Dataset<Row>> find(
            SparkSession spark,
            Quarantine quarantine,
            TableSettings settings,
            List<BatchRecord> history,
            JdbcTable source,
            List<SourceForms.SourceForm> forms,
            List<Integer> key) {
        Optional<Long> last = history.stream()
                .filter(batch -> batch.kind() == BatchRecord.Kind.INGEST)
                .map(BatchRecord::batch)
                .findFirst();
        List<String> folders = Quarantine.open(history).stream()
                .filter(batch ->
                        settings.extract().strategy() != Strategy.FULL || last.equals(Optional.of(batch.batch())))
                .map(batch -> quarantine.uri(batch.quarantine().orElseThrow()))
                .toList();
        if (folders.isEmpty()) {
            return Optional.empty();
        }
        Dataset<Row> rows = spark.read()
                .schema("row string")
                .json(folders.toArray(String[]::new))
                .select(from_json(col("row"), schema(source), JSON).as("raw"))
                .select("raw.*");
        List<Column> texts = forms.stream().map(SourceForms.SourceForm::raw).toList();
        return Optional.of(LakeSide.hashed(rows, texts, key).select(Side.KEY, LakeSide.HASH));
    }

    private static StructType schema(JdbcTable source) {
        StructType schema = new StructType();
        for (JdbcColumn column : source.columns()) {
            schema = schema.add(
                    column.column().name(),
                    DataType.fromDDL(column.column().rawType().ddl()),
                    true);
        }
        return schema.add(Snapshot.UNREPRESENTABLE, DataTypes.StringType, true);
    }
}
