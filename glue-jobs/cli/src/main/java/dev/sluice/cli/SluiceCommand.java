package dev.sluice.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: one answer, printed as text or as the one JSON document on standard output. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        footerHeading = "%nExamples:%n",
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        commandListHeading = "%nCommands:%n")
abstract class SluiceCommand implements Callable<Integer> {

    @Spec
    CommandSpec spec;

    /** Does the work. */
    abstract Answer answer() throws Exception;

    @Override
    public final Integer call() throws Exception {
        Answer answer = answer();
        CommandLine line = spec.commandLine();
        if (options().json()) {
            line.getOut().println(Json.write(answer.document()));
        } else {
            line.getOut().print(answer.text());
        }
        line.getOut().flush();
        return answer.code().number();
    }

    /** The options that all commands take. */
    final GlobalOptions options() {
        return ((Sluice) spec.root().userObject()).globalOptions();
    }

    /** Says something to a person while the work goes on, on standard error. */
    final void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
