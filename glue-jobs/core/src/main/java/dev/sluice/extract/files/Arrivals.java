package dev.sluice.extract.files;

import dev.sluice.extract.files.Original.Outcome;
import dev.sluice.settings.FileSettings.SameContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of the files that a look found, beside those that the ledger has. A file that is delivered again as it was is
 * not read again. Where files of one content are to be read once, the first is; when it is written again, one of the others
 * takes its place.
 */
final class Arrivals {

    private final FileLedger ledger;
    private final SameContent rule;
    private final List<Original> judged = new ArrayList<>();
    private final List<Original> successors = new ArrayList<>();
    private final Set<String> replaced = new LinkedHashSet<>();
    /** Of each content the file that is read. */
    private final Map<String, String> readers = new HashMap<>();

    /** @param found in the order in which they count */
    Arrivals(FileLedger ledger, SameContent rule, List<Original> found) {
        this.ledger = ledger;
        this.rule = rule;
        judge(found);
    }

    /** Those that were found, each with its outcome. */
    List<Original> judged() {
        return judged;
    }

    /** Files of the ledger that were passed over and are read now, as the ledger has them. */
    List<Original> successors() {
        return successors;
    }

    /** Keys of files whose content is another than before. */
    Set<String> replaced() {
        return replaced;
    }

    private void judge(List<Original> found) {
        Map<String, Original> before = before(found);
        List<Original> changed = new ArrayList<>();
        Set<String> lost = new HashSet<>();
        for (Original original : found) {
            Original known = before.get(original.key());
            if (known != null && known.sha256().equals(original.sha256())) {
                judged.add(original.unchanged(known));
                continue;
            }
            changed.add(original);
            if (known != null) {
                replaced.add(original.key());
                if (known.outcome() != Outcome.DUPLICATE) {
                    lost.add(known.sha256());
                }
            }
        }
        Map<String, Original> waiting = others(changed, lost);
        for (Original original : changed) {
            String reader = readers.putIfAbsent(original.sha256(), original.key());
            judged.add(reader == null || rule == SameContent.READ ? original : original.duplicateOf(reader));
        }
        lost.stream()
                .filter(content -> !readers.containsKey(content) && waiting.containsKey(content))
                .map(waiting::get)
                .forEach(successor -> {
                    successors.add(successor);
                    judged.removeIf(again -> again.key().equals(successor.key()));
                });
    }

    private Map<String, Original> before(List<Original> found) {
        Set<String> keys = new HashSet<>();
        found.forEach(original -> keys.add(original.key()));
        Map<String, Original> before = new HashMap<>();
        ledger.entries().forEachRemaining(known -> {
            if (keys.contains(known.key())) {
                before.put(known.key(), known);
            }
        });
        return before;
    }

    /** Finds who reads these contents, and who would. */
    private Map<String, Original> others(List<Original> changed, Set<String> lost) {
        Map<String, Original> waiting = new HashMap<>();
        if (rule == SameContent.READ && lost.isEmpty()) {
            return waiting;
        }
        Set<String> contents = new HashSet<>(lost);
        changed.forEach(original -> contents.add(original.sha256()));
        ledger.entries().forEachRemaining(known -> {
            if (!replaced.contains(known.key()) && contents.contains(known.sha256())) {
                if (known.outcome() == Outcome.DUPLICATE) {
                    waiting.putIfAbsent(known.sha256(), known);
                } else {
                    readers.putIfAbsent(known.sha256(), known.key());
                }
            }
        });
        return waiting;
    }
}
