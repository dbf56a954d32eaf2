package dev.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.TableName;
import java.io.FileNotFoundException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What is said of failures of tables with masked columns, and of others. */
class DiscretionTest {

    private static final TableName TABLE = TableName.parse("shop/people");
    private static final SQLException REFUSED =
            new SQLException("ERROR: invalid input syntax for type date: \"Ann\"\n  Where: column born", "22007");

    private final Discretion masked = discretion(", masking: truncate");
    private final Discretion plain = discretion("");

    private static Discretion discretion(String masking) {
        return Discretion.of(Optional.of(SettingsParser.parseTable(new Yaml()
                .load(
                        """
                        {source: shop, table: people, version: 1, extract: {relation: public.people, strategy: full},
                         schema: {columns: [{name: id, type: int}, {name: name, type: string%s}]},
                         curate: {mode: merge, primary-key: [id]}}
                        """
                                .formatted(masking)))));
    }

    private static Throwable inTask(Throwable failure) {
        return new SparkException("Job aborted: " + failure.getMessage(), failure);
    }

    private String said(Throwable failure, String words) {
        String message = masked.message("Cannot read table shop/people: " + words + ". Correct it", failure);
        assertThat(plain.message(words, failure)).isEqualTo(words);
        assertThat(message).startsWith("Cannot read table shop/people: ").endsWith(". Correct it");
        return message;
    }

    @Test
    void wordsAboutAValueAreNotShown() {
        String words = "invalid input syntax for type date: \"Ann\"";
        assertThat(said(REFUSED, words)).contains("a value is refused").doesNotContain("Ann");
        assertThat(said(inTask(REFUSED), "ERROR: " + words)).doesNotContain("Ann");
        assertThat(said(inTask(new IllegalArgumentException("Ann is no number")), "Ann is no number"))
                .doesNotContain("Ann");
        assertThat(said(
                        new SQLException("Incorrect integer value: 'Ann'", "HY000", 1366),
                        "Incorrect integer value: 'Ann'"))
                .doesNotContain("Ann");
    }

    @Test
    void otherWordsAre() {
        assertThat(said(
                        new SQLException("ERROR: relation people does not exist", "42P01"),
                        "relation people does not exist"))
                .contains("relation people does not exist");
        assertThat(said(inTask(new SQLException("Connection refused", "08001")), "Connection refused"))
                .contains("Connection refused");
        assertThat(said(inTask(new FileNotFoundException("no part-1")), "no part-1"))
                .contains("no part-1");
        assertThat(said(new IllegalStateException("Out of turn"), "Out of turn"))
                .contains("Out of turn");
    }

    @Test
    void aStateThatTellsNothingCloserMayBeOfAValue() {
        assertThat(said(
                        new SQLException("ORA-01722: unable to convert string value containing 'Ann'", "42000", 1722),
                        "ORA-01722: unable to convert string value containing 'Ann'"))
                .doesNotContain("Ann");
        for (SQLException other : List.of(
                new SQLException("SELECT command denied to user 'reader'", "42000", 1142),
                new SQLException("Table 'crm.people' doesn't exist", "42S02", 1146),
                new SQLException("ERROR: permission denied for table people", "42501"))) {
            assertThat(said(other, other.getMessage())).contains(other.getMessage());
        }
    }

    @Test
    void wordsThatMayStandAnywhereTakeTheWholeMessageWithThem() {
        Throwable ann = inTask(new IllegalArgumentException("An"));
        assertThat(masked.message("Cannot read table shop/people: An. Any other Andrew", ann))
                .startsWith("a value is refused")
                .doesNotContain("Any");
        assertThat(masked.thrown(TABLE, new SluiceException(ErrorCode.FAILED, "Cannot read: An", ann)))
                .hasMessageStartingWith("Cannot run table shop/people: a value is refused")
                .hasMessageNotContaining("An.");
        Throwable within = inTask(new IllegalArgumentException(
                "Ann is refused", new IllegalArgumentException("value is refused, in words")));
        assertThat(said(within, "Ann is refused"))
                .as("what replaces words has none of them")
                .isEqualTo(
                        "Cannot read table shop/people: a value is refused, in words that may quote it and are not shown,"
                                + " for columns of the table are masked. Correct it");
    }

    @Test
    void ofATableThatIsNotKnownOtherWordsAreShown() {
        String read = "Cannot read settings of table shop/people: version is missing. Register it";
        SluiceException unread = new SluiceException(ErrorCode.SETTINGS_INVALID, read);
        assertThat(Discretion.UNKNOWN.message(read, unread)).isEqualTo(read);
        assertThat(Discretion.UNKNOWN.thrown(TABLE, unread)).isSameAs(unread);
        assertThat(Discretion.UNKNOWN.message("Cannot read: " + REFUSED.getMessage(), REFUSED))
                .isEqualTo(
                        "Cannot read: a value is refused, in words that may quote it and are not shown, for it is not"
                                + " known which columns of the table are masked");
        assertThat(Discretion.of(Optional.empty())).isSameAs(Discretion.NONE);
    }

    @Test
    void whatIsThrownOnAndLoggedQuotesNothing() {
        SluiceException known = new SluiceException(
                ErrorCode.SETTINGS_INVALID,
                "Cannot read table shop/people: the source refuses the SQL of extract.query: invalid input syntax for type"
                        + " date: \"Ann\". Correct extract.query",
                REFUSED);
        assertThat(masked.thrown(TABLE, known))
                .hasMessageContaining("the source refuses the SQL of extract.query: a value is refused")
                .hasMessageNotContaining("Ann")
                .hasNoCause()
                .satisfies(
                        thrown -> assertThat(((SluiceException) thrown).code()).isEqualTo(ErrorCode.SETTINGS_INVALID));
        RuntimeException unknown = new RuntimeException(inTask(REFUSED));
        assertThat(masked.thrown(TABLE, unknown))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("Cannot run table shop/people: a value is refused")
                .hasNoCause();
        assertThat(masked.logged(unknown).toString()).doesNotContain("Ann");
        assertThat(masked.logged(unknown).getStackTrace()).isEqualTo(unknown.getStackTrace());
        assertThat(plain.thrown(TABLE, known)).isSameAs(known);
        assertThat(plain.logged(unknown)).isSameAs(unknown);
    }
}
