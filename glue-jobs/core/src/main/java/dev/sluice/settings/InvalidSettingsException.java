package dev.sluice.settings;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.util.List;
import java.util.stream.Collectors;

/** {@link ErrorCode#SETTINGS_INVALID} with every problem of the item; the message lists them, one per line. */
public final class InvalidSettingsException extends SluiceException {

    private static final long serialVersionUID = 1L;

    private final List<SettingsProblem> problems;

    InvalidSettingsException(String item, List<SettingsProblem> problems) {
        super(ErrorCode.SETTINGS_INVALID, message(item, problems));
        this.problems = List.copyOf(problems);
    }

    /** All problems of the item, in the order of its sections; at least one. */
    public List<SettingsProblem> problems() {
        return problems;
    }

    private static String message(String item, List<SettingsProblem> problems) {
        return "Cannot use the settings of " + item + ": " + problems.size()
                + (problems.size() == 1 ? " problem." : " problems.")
                + problems.stream().map(problem -> "\n- " + problem).collect(Collectors.joining());
    }
}
