package dev.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BatchRecord.Kind;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which quarantined rows are still to be taken in again, by the windows of the batches after theirs. */
class OpenQuarantineTest {

    private static final String FORMER = "offsets former/";
    private static final String PRESENT = "offsets present/";

    private final List<BatchRecord> history = new ArrayList<>();

    @Test
    void aTopicThatWasMadeAnewClosesWhatWasReadOfTheFormerHoweverFarThatWas() {
        refused(Kind.INGEST, window("", FORMER + "0:900"));
        refused(Kind.INGEST, window(FORMER + "0:900", FORMER + "0:1000"));
        refused(Kind.REPLAY, window(FORMER + "0:900", FORMER + "0:1000"));
        passed(Kind.REWIND, window("", FORMER + "0:1000"));
        assertThat(open()).containsExactly(1L, 2L, 3L);
        refused(Kind.INGEST, window("", PRESENT + "0:10"));
        assertThat(open()).containsExactly(5L);
        refused(Kind.INGEST, window(PRESENT + "0:10", PRESENT + "0:20"));
        assertThat(open()).containsExactly(5L, 6L);
    }

    @Test
    void anAppendTableThatIsBuiltAnewByAnotherColumnHasTheRowsOfTheFormerOne() {
        refused(Kind.INGEST, window("", "sequence 5"));
        passed(Kind.BACKFILL, window("", "instant 2026-01-01T00:00:00Z"));
        assertThat(open()).as("a range builds nothing anew").containsExactly(1L);
        refused(Kind.INGEST, window("", "instant 2026-01-01T00:00:00Z"));
        assertThat(open()).containsExactly(3L);
    }

    @Test
    void aBatchIsReadAgainOnlyWhereEachPartitionIs() {
        refused(Kind.INGEST, window(PRESENT + "0:10,1:10", PRESENT + "0:20,1:20"));
        Window crossing = window(PRESENT + "0:0,1:0", PRESENT + "0:30,1:15");
        passed(Kind.BACKFILL, crossing);
        assertThat(open()).as("partition 1 is read in part").containsExactly(1L);
        assertThat(crossing.overlaps(history.get(1).window())).isTrue();
        assertThat(history.get(1).window().overlaps(crossing)).isTrue();
        passed(Kind.BACKFILL, window("", PRESENT + "0:30,1:20"));
        assertThat(open()).isEmpty();
    }

    @Test
    void windowsOfATopicMeetWhereOneBeginsBeforeTheOtherEndsInAnyPartition() {
        Window batch = window(PRESENT + "0:10,1:10", PRESENT + "0:20,1:20");
        Window aheadInOne = window(PRESENT + "0:30,1:15", PRESENT + "0:40,1:40");
        assertThat(batch.overlaps(aheadInOne)).isTrue();
        assertThat(aheadInOne.overlaps(batch)).isTrue();
        Window next = window(PRESENT + "0:20,1:20", PRESENT + "0:40,1:20,2:5");
        assertThat(batch.overlaps(next)).isFalse();
        assertThat(next.overlaps(batch)).isFalse();
        assertThat(batch.overlaps(window(FORMER + "0:10,1:10", FORMER + "0:20,1:20")))
                .isFalse();
        assertThat(Window.ALL.isOfAnotherOrderThan(batch)).isFalse();
    }

    private void refused(Kind kind, Window window) {
        enter(kind, window, Optional.of("quarantined"));
    }

    private void passed(Kind kind, Window window) {
        enter(kind, window, Optional.empty());
    }

    private void enter(Kind kind, Window window, Optional<String> quarantine) {
        history.add(
                0,
                new BatchRecord(
                        TableName.parse("shop/orders"),
                        history.size() + 1L,
                        kind,
                        "run",
                        1,
                        window,
                        window.from(),
                        window.to(),
                        Optional.empty(),
                        Optional.empty(),
                        1,
                        quarantine.isPresent() ? 1 : 0,
                        quarantine,
                        List.of(),
                        Optional.empty(),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        List.of()));
    }

    private List<Long> open() {
        return Quarantine.open(history).stream().map(BatchRecord::batch).toList();
    }

    private static Window window(String from, String to) {
        return new Window(
                Optional.of(from).filter(text -> !text.isEmpty()).map(Position::parse),
                Optional.of(Position.parse(to)));
    }
}
