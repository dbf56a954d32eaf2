package dev.sluice.schema;

import dev.sluice.change.ChangeColumns;
import dev.sluice.extract.SourceColumn;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.functions;
import scala.collection.JavaConverters;

/** Which of the source's columns a column's expression asks for. */
public final class ExpressionColumns {

    private ExpressionColumns() {}

    /**
     * Names that an expression asks for and that are not among the source's columns, in order. Empty for what is no SQL:
     * whoever evaluates it says so.
     */
    public static List<String> missing(String expression, Collection<SourceColumn> source) {
        TreeSet<String> present = source.stream()
                .map(SourceColumn::name)
                .collect(Collectors.toCollection(() -> new TreeSet<>(String.CASE_INSENSITIVE_ORDER)));
        present.add(ChangeColumns.CHANGE);
        return of(expression).stream().filter(name -> !present.contains(name)).toList();
    }

    /** The names that an expression asks for, whether the source has them or not. Empty for what is no SQL. */
    public static List<String> of(String expression) {
        try {
            return JavaConverters.seqAsJavaList(
                            functions.expr(expression).expr().collectLeaves())
                    .stream()
                    .filter(UnresolvedAttribute.class::isInstance)
                    .map(leaf -> ((UnresolvedAttribute) leaf).nameParts().head())
                    .distinct()
                    .toList();
        } catch (Exception failure) {
            // Spark's ParseException is a checked one that no signature declares.
            if (failure instanceof SparkThrowable) {
                return List.of();
            }
            throw failure;
        }
    }
}
