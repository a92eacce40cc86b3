package io.quipu.collector.catalog;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Write;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The catalog's documents as records. Refuses formats that are newer than it knows. Thread-safe. */
final class CatalogStore {

    /** How often a change is tried again when others change the same document. */
    static final int MAX_ATTEMPTS = 10;

    private final DocumentStore documents;

    CatalogStore(DocumentStore documents) {
        this.documents = documents;
    }

    /** A document as it was read, with the version to be named when it is replaced. */
    record Read<T>(T document, long version) {
    }

    /** The document of that key, if there is one. */
    <T extends CatalogDocument> Optional<Read<T>> read(CatalogKey<T> key) {
        return documents.get(key.key()).map(document -> decode(key, document));
    }

    /** The documents of those keys, in their order, in one access. */
    <T extends CatalogDocument> List<Optional<Read<T>>> read(List<CatalogKey<T>> keys) {
        List<Optional<Document>> found = documents.get(keys.stream().map(CatalogKey::key).toList());
        List<Optional<Read<T>>> read = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            CatalogKey<T> key = keys.get(i);
            read.add(found.get(i).map(document -> decode(key, document)));
        }
        return read;
    }

    /** Inserts if absent; whether it was. */
    <T extends CatalogDocument> boolean insert(CatalogKey<T> key, T document) {
        return documents.write(new Write.Insert(key.key(), Json.write(document))).written();
    }

    /** Inserts if absent, or replaces what was read if it is still the same; whether it was. */
    <T extends CatalogDocument> boolean put(CatalogKey<T> key, Optional<Read<T>> before, T document) {
        return before.isEmpty() ? insert(key, document)
                : documents.write(new Write.Replace(key.key(), before.get().version(), Json.write(document))).written();
    }

    /** The answer to who lost {@link #MAX_ATTEMPTS} races in a row. */
    static Problem contended(String what) {
        return Problem.unavailable("contended", "Others keep changing " + what + "; try again", Duration.ofSeconds(1));
    }

    private static <T extends CatalogDocument> Read<T> decode(CatalogKey<T> key, Document document) {
        JsonNode tree = Json.shared().readTree(document.content());
        int format = tree.path("version").asInt(0);
        if (format > CatalogDocument.FORMAT) {
            // before the members are read: a newer format may mean anything by them
            throw Problem.of(500, "newer_format", document.key() + " has format " + format + ", and this Quipu reads "
                    + CatalogDocument.FORMAT + " at most; run the version that wrote it");
        }
        T read = Json.shared().treeToValue(tree, key.type());
        if (!read.ids().equals(key.ids())) {
            throw new IllegalStateException("the document under " + document.key() + " is that of " + read.ids()
                    + ", not of " + key.ids());
        }
        return new Read<>(read, document.version());
    }
}
