package io.quipu.accumulator;

import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the instances of consumers for reports, page by page. Thread-safe. */
public final class Instances {

    private final DocumentStore store;
    private final LinkPages<InstanceLink> links;

    /** Instances of a store. */
    public Instances(DocumentStore store) {
        this.store = store;
        this.links = new LinkPages<>(store, InstanceLink.class);
    }

    /** Reads all instances of a consumer that have one of the windows, each with those documents. */
    public void read(Consumer consumer, List<Window> windows,
            java.util.function.Consumer<List<InstanceWindow>> reader) {
        Set<InstanceLink> seen = new HashSet<>();
        links.read(page -> Keys.instancePage(consumer, page), page -> {
            List<InstanceLink> fresh = page.stream().filter(seen::add).toList();
            List<String> keys = new ArrayList<>(fresh.size() * windows.size());
            fresh.forEach(link -> windows.forEach(window -> keys.add(link.key(consumer).document(window))));
            List<Optional<Document>> found = store.get(keys);
            for (int i = 0; i < fresh.size(); i++) {
                List<InstanceWindow> documents = found.subList(i * windows.size(), (i + 1) * windows.size()).stream()
                        .flatMap(Optional::stream)
                        .map(document -> Json.read(document.content(), InstanceWindow.class))
                        .toList();
                if (!documents.isEmpty()) {
                    reader.accept(documents);
                }
            }
        });
    }
}
