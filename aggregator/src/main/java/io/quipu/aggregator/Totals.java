package io.quipu.aggregator;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the totals for reports: an organization's documents at once, a space's consumers page by page. Thread-safe. */
public final class Totals {

    /** Consumers whose documents are read in one call to the store. */
    static final int CONSUMERS_PER_READ = 100;

    private final DocumentStore store;
    private final LinkPages<String> links;

    /** Totals of a store. */
    public Totals(DocumentStore store) {
        this.store = store;
        this.links = new LinkPages<>(store, String.class);
    }

    /** The documents of an organization that exist, in the order of the windows asked for. */
    public List<OrganizationWindow> organization(String organizationId, List<Window> windows) {
        return store.get(windows.stream().map(window -> Keys.organization(organizationId, window)).toList()).stream()
                .flatMap(Optional::stream)
                .map(document -> Json.read(document.content(), OrganizationWindow.class))
                .filter(document -> document.organizationId().equals(organizationId))
                .toList();
    }

    /**
     * Reads all consumers of a space that have one of the windows, a page at a time; a consumer may come twice, after a
     * crash.
     */
    public void consumers(String organizationId, String spaceId, List<Window> windows,
            java.util.function.Consumer<ConsumerTotals> reader) {
        links.read(page -> Keys.consumerPage(organizationId, spaceId, page), consumerIds -> {
            for (int from = 0; from < consumerIds.size(); from += CONSUMERS_PER_READ) {
                read(organizationId, spaceId, windows,
                        consumerIds.subList(from, Math.min(consumerIds.size(), from + CONSUMERS_PER_READ)), reader);
            }
        });
    }

    private void read(String organizationId, String spaceId, List<Window> windows, List<String> consumerIds,
            java.util.function.Consumer<ConsumerTotals> reader) {
        List<String> keys = new ArrayList<>(consumerIds.size() * windows.size());
        consumerIds.forEach(consumerId ->
                keys.addAll(Keys.consumer(new Consumer(organizationId, spaceId, consumerId), windows)));
        List<Optional<Document>> found = store.get(keys);
        for (int i = 0; i < consumerIds.size(); i++) {
            String consumerId = consumerIds.get(i);
            List<byte[]> documents = new ArrayList<>(windows.size());
            for (Optional<Document> document : found.subList(i * windows.size(), (i + 1) * windows.size())) {
                if (document.isPresent() && own(document.get(), spaceId, consumerId)) {
                    documents.add(document.get().content());
                }
            }
            if (!documents.isEmpty()) {
                reader.accept(new ConsumerTotals(consumerId, documents));
            }
        }
    }

    /** The document's ids are those of its key, unless the key was cut. */
    private static boolean own(Document document, String spaceId, String consumerId) {
        if (Keys.exact(document.key())) {
            return true;
        }
        ConsumerWindow window = Json.read(document.content(), ConsumerWindow.class);
        return window.consumerId().equals(consumerId) && Objects.equals(window.spaceId(), spaceId);
    }

    /** The plan versions of those ids that are stored. */
    public Map<String, PlanVersion> plans(List<String> ids) {
        List<Optional<Document>> found = store.get(ids.stream().map(Keys::planVersion).toList());
        Map<String, PlanVersion> plans = new TreeMap<>();
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            found.get(i).ifPresent(document -> plans.put(id, Json.read(document.content(), PlanVersion.class)));
        }
        return plans;
    }

    /**
     * A consumer and its documents.
     *
     * @param consumerId the consumer
     * @param documents those of the windows asked for that exist, in their order: each a {@link ConsumerWindow} as it is
     *     stored, since who asks reads it anyway, and its format with it
     */
    public record ConsumerTotals(String consumerId, List<byte[]> documents) {
    }
}
