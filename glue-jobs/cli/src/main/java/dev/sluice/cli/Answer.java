package dev.sluice.cli;

import java.util.Objects;

/**
 * What a command has to say.
 *
 * @param code how it ends
 * @param document the answer as maps, lists and scalars, for {@code --json}
 * @param text the same for people
 */
record Answer(ExitCode code, Object document, String text) {

    Answer {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(document, "document");
        Objects.requireNonNull(text, "text");
    }
}
