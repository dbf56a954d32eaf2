package dev.sluice.settings;

import java.io.Serializable;
import java.util.Objects;

/**
 * One reason why an item cannot be used.
 *
 * @param path where in the item, like {@code extract.bookmark.columns[0]}; empty for the item as a whole
 * @param message what is wrong, as a sentence; never holds a credential
 * @param remedy what to do about it, as a sentence
 */
public record SettingsProblem(String path, String message, String remedy) implements Serializable {

    public SettingsProblem {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(remedy, "remedy");
    }

    /** One line: path, message, remedy. */
    @Override
    public String toString() {
        return (path.isEmpty() ? "item" : path) + ": " + message + " " + remedy;
    }
}
