package io.quipu.collector.catalog;

import java.util.List;

/** A document of the catalog: it carries its format version and the ids that its key was made of. */
public interface CatalogDocument {

    /** The newest format that this code reads, and the one it writes. */
    int FORMAT = 1;

    /** The format of the document. */
    int version();

    /** The ids that its key was made of, in the key's order. */
    List<String> ids();
}
