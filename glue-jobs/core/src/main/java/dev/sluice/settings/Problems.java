package dev.sluice.settings;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of one item. */
final class Problems {

    private final List<SettingsProblem> found = new ArrayList<>();

    void add(String path, String message, String remedy) {
        found.add(new SettingsProblem(path, message, remedy));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<SettingsProblem> list() {
        return List.copyOf(found);
    }
}
