package dev.sluice.localglue.bookmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A run in a process of its own: starts, commits one element, ends. */
final class OtherRun {
    static final Element ELEMENT = new Element.Keys(List.of("id"), Element.Order.ASC, List.of("7"));

    private OtherRun() {}

    /** Takes the directory, the job's name and the run's id. */
    public static void main(String[] args) {
        BookmarkFiles files = new BookmarkFiles(Path.of(args[0]));
        JobState state = files.start(args[1], args[2]);
        files.commit(args[1], args[2], state.version(), Map.of("other", ELEMENT));
    }
}
