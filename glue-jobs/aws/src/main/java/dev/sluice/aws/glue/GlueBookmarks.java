package dev.sluice.aws.glue;

import dev.sluice.SluiceException;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tables of one job run that were read by Glue's bookmarks. Glue saves the state of all of them at once, so it may be
 * saved only where each one's batch is durable: the state of a table that failed would pass over rows that nobody has.
 */
public final class GlueBookmarks {

    private final Set<TableName> read = ConcurrentHashMap.newKeySet();

    /** Whether to save the state. */
    public enum Decision {
        COMMIT,
        LEAVE
    }

    /** Notes that a table's rows were asked for under its context. */
    void noteRead(TableName table) {
        read.add(table);
    }

    /**
     * What to do with Glue's state after the run of this report. A table that adopted a batch of another run counts as
     * failed here: what was read for it is in no batch.
     */
    public Decision decide(RunReport report) {
        return report.tables().stream()
                        .filter(outcome -> outcome.status() != TableOutcome.Status.INGESTED)
                        .map(TableOutcome::table)
                        .anyMatch(read::contains)
                ? Decision.LEAVE
                : Decision.COMMIT;
    }

    /** Whether a table is read by Glue's bookmarks; not one whose item cannot be read, which fails by itself. */
    public static boolean areUsedBy(SettingsStore settings, TableName table) {
        try {
            return settings.findTable(table)
                    .flatMap(item -> item.extract().bookmark())
                    .filter(bookmark -> bookmark.engine() == BookmarkSettings.Engine.GLUE)
                    .isPresent();
        } catch (SluiceException unreadable) {
            return false;
        }
    }

    /** The transformation context of a table: letters, digits and underscores, one for each name. */
    static String context(TableName table) {
        StringBuilder context = new StringBuilder();
        for (char letter : table.toString().toCharArray()) {
            if (letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9') {
                context.append(letter);
            } else {
                context.append('_').append(Integer.toHexString(letter)).append('_');
            }
        }
        return context.toString();
    }
}
