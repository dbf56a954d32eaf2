package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of one item. */
final class Problems {

    /** Longer texts quote a value that nobody wants to read whole. */
    private static final int LONGEST_TEXT = 500;

    private final List<SettingsProblem> found = new ArrayList<>();

    void add(String path, String message, String remedy) {
        found.add(new SettingsProblem(shortened(path), shortened(message), shortened(remedy)));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<SettingsProblem> list() {
        return List.copyOf(found);
    }
}
