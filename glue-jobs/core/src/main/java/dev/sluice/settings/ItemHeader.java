package dev.sluice.settings;

/** Reads what source items and table items have in common. */
final class ItemHeader {

    private ItemHeader() {}

    static String source(ObjectReader item, Problems problems) {
        item.text(Keys.JSON_SCHEMA);
        item.require(Keys.SOURCE, "Name the source, like shop.");
        String source = item.text(Keys.SOURCE).orElse("missing");
        Identifiers.checkSource(Keys.SOURCE, source, problems);
        return source;
    }

    static int version(ObjectReader item) {
        item.require(Keys.VERSION, "Write version: " + SettingsParser.VERSION + ".");
        int version = item.integer(Keys.VERSION, 1).orElse(SettingsParser.VERSION);
        if (version != SettingsParser.VERSION) {
            item.problem(
                    Keys.VERSION,
                    "Is unknown: " + version + ".",
                    "Write version: " + SettingsParser.VERSION + ", or use a newer Sluice.");
        }
        return version;
    }
}
