package dev.sluice.quality;

/** Where the keys of hashes are kept; settings hold their names only. */
public interface Secrets {

    /**
     * The key under a name. Throws {@code SECRET_MISSING}, without a word of the content, where there is none or it has
     * fewer than {@link #SHORTEST_KEY} bytes.
     */
    byte[] key(String secret);

    /** Shorter keys can be guessed. */
    int SHORTEST_KEY = 16;
}
