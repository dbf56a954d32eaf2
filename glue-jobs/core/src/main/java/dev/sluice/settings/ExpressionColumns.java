package dev.sluice.settings;

import java.util.List;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.functions;
import scala.collection.JavaConverters;

/** Which of the source's columns a column's expression asks for. */
public final class ExpressionColumns {

    private ExpressionColumns() {}

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
