package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.run.Platform;

/** Opens the lake that the options name: the one on AWS where a settings table is given, else the local one. */
final class Lakes {

    private Lakes() {}

    /** The lake; the caller closes it. Nothing is started before it is asked for. */
    static Platform open(GlobalOptions options) {
        if (options.settingsTable().isPresent()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot reach the lake of settings table "
                            + options.settingsTable().get()
                            + ": this build opens local lakes only. Leave --settings-table and SLUICE_SETTINGS_TABLE out.");
        }
        return openLocal(new Home(options.home()), options);
    }

    /** The local lake in a folder. */
    static LocalPlatform openLocal(Home home, GlobalOptions options) {
        // Read by the logging configuration, which is loaded with the first class that logs.
        System.setProperty("sluice.log", home.logs().resolve("sluice.log").toString());
        return new LocalPlatform(home, options.environment());
    }
}
