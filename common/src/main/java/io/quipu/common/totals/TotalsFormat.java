package io.quipu.common.totals;

/** Formats of documents: a newer one than this release knows is refused, never guessed at. */
final class TotalsFormat {

    private TotalsFormat() {
    }

    static void check(String document, int version, int known) {
        if (version > known) {
            throw new IllegalStateException(document + " document has format " + version + ", this release knows "
                    + known);
        }
    }
}
