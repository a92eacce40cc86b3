package io.quipu.aggregator;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the totals for reports: an organization's documents at once, a space's consumers page by page. Thread-safe. */
public final class Totals {

    /**
     * Consumers of a space whose documents are read in the first call to the store, so that who asks has something to work on while
     * the others are read; each call reads twice as many as the one before.
     */
    private static final int CONSUMERS_OF_FIRST_READ = 8;

    /** Consumers whose documents are read in one call to the store at most. */
    private static final int CONSUMERS_PER_READ = 100;

    /** Organizations that are remembered. */
    private static final int REMEMBERED = 10_000;

    private final DocumentStore store;
    private final LinkPages<String> links;
    /** Organizations that were seen to have levels, which are never removed: only to read nothing twice. */
    private final Set<String> withLevels = ConcurrentHashMap.newKeySet();

    /** Totals of a store. */
    public Totals(DocumentStore store) {
        this.store = store;
        this.links = new LinkPages<>(store, String.class);
    }

    /**
     * The documents of an organization that exist, of the windows asked for, and its levels.
     *
     * <p>Without levels that is one reading of the windows. With levels the months are read before the days and the levels, and
     * these after all months (the first time after everything was read at once): they are written the other way round, so what a month has counted these have, too.
     *
     * @param windows the windows
     * @param windowsOfLevels months and days that are wanted beside them when there are levels, and only then
     */
    public OrganizationTotals organization(String organizationId, List<Window> windows, List<Window> windowsOfLevels) {
        if (withLevels.contains(organizationId)) {
            Optional<OrganizationTotals> totals = withLevels(organizationId, windows, windowsOfLevels);
            if (totals.isPresent()) {
                return totals.get();
            }
        }
        List<Optional<Document>> found = read(organizationId, windows, true);
        Optional<OrganizationTotals> totals = found.get(windows.size()).isEmpty() ? Optional.empty()
                : withLevels(organizationId, windows, windowsOfLevels);
        totals.ifPresent(levels -> remember(organizationId));
        return totals.orElseGet(() -> new OrganizationTotals(documents(organizationId, windows, found), Optional.empty()));
    }

    private void remember(String organizationId) {
        if (withLevels.size() >= REMEMBERED) {
            withLevels.clear();
        }
        withLevels.add(organizationId);
    }

    /** The months, and what must be read after them; empty when there are no levels, or those of another organization. */
    private Optional<OrganizationTotals> withLevels(String organizationId, List<Window> windows, List<Window> windowsOfLevels) {
        Set<Window> months = new LinkedHashSet<>();
        Set<Window> days = new LinkedHashSet<>();
        for (List<Window> asked : List.of(windows, windowsOfLevels)) {
            for (Window window : asked) {
                (window.unit() == Window.Unit.MONTH ? months : days).add(window);
            }
        }
        List<byte[]> documents = new ArrayList<>(documents(organizationId, months, read(organizationId, months, false)));
        List<Optional<Document>> foundLast = read(organizationId, days, true);
        documents.addAll(documents(organizationId, days, foundLast));
        return foundLast.get(days.size()).filter(levels -> ownLevels(levels, organizationId))
                .map(levels -> new OrganizationTotals(documents, Optional.of(levels.content())));
    }

    /** The documents of the windows, and after them the levels if they are asked for. */
    private List<Optional<Document>> read(String organizationId, Collection<Window> windows, boolean levels) {
        List<String> keys = new ArrayList<>(windows.size() + 1);
        windows.forEach(window -> keys.add(Keys.organization(organizationId, window)));
        if (levels) {
            keys.add(Keys.organizationLevels(organizationId));
        }
        return store.get(keys);
    }

    /** Those that exist and are the organization's own. */
    private static List<byte[]> documents(String organizationId, Collection<Window> windows, List<Optional<Document>> found) {
        return found.subList(0, windows.size()).stream()
                .flatMap(Optional::stream)
                .filter(document -> own(document, organizationId))
                .map(Document::content)
                .toList();
    }

    /** The document's organization is that of its key, unless the key was cut. */
    private static boolean own(Document document, String organizationId) {
        return Keys.exact(document.key())
                || Json.read(document.content(), OrganizationWindow.class).organizationId().equals(organizationId);
    }

    private static boolean ownLevels(Document document, String organizationId) {
        return Keys.exact(document.key())
                || Json.read(document.content(), OrganizationLevels.class).organizationId().equals(organizationId);
    }

    /**
     * Reads all consumers of a space that have one of the windows, a page at a time; a consumer may come twice, after a
     * crash.
     *
     * @param levels whether to read their levels too; then also those come that have no such window but levels
     */
    public void consumers(String organizationId, String spaceId, List<Window> windows, boolean levels,
            java.util.function.Consumer<ConsumerTotals> reader) {
        ConsumerReading reading = new ConsumerReading(organizationId, spaceId, windows, levels, reader);
        links.read(page -> Keys.consumerPage(organizationId, spaceId, page), reading::read);
    }

    /** Reads consumers of a space: of the first page few at once, then more. */
    private final class ConsumerReading {

        private final String organizationId;
        private final String spaceId;
        private final List<Window> windows;
        private final boolean levels;
        private final java.util.function.Consumer<ConsumerTotals> reader;
        private final int keysEach;
        private final int most;
        private int atOnce;

        private ConsumerReading(String organizationId, String spaceId, List<Window> windows, boolean levels,
                java.util.function.Consumer<ConsumerTotals> reader) {
            this.organizationId = organizationId;
            this.spaceId = spaceId;
            this.windows = windows;
            this.levels = levels;
            this.reader = reader;
            this.keysEach = windows.size() + (levels ? 1 : 0);
            this.most = Math.min(CONSUMERS_PER_READ, DocumentStore.MAX_BATCH / Math.max(1, keysEach));
            this.atOnce = Math.min(CONSUMERS_OF_FIRST_READ, most);
        }

        private void read(List<String> consumerIds) {
            for (int from = 0; from < consumerIds.size();) {
                int to = Math.min(consumerIds.size(), from + atOnce);
                tell(consumerIds.subList(from, to).stream()
                        .map(consumerId -> new Consumer(organizationId, spaceId, consumerId)).toList());
                from = to;
                atOnce = Math.min(2 * atOnce, most);
            }
        }

        private void tell(List<Consumer> consumers) {
            List<String> keys = new ArrayList<>(consumers.size() * keysEach);
            for (Consumer consumer : consumers) {
                keys.addAll(Keys.consumer(consumer, windows));
                if (levels) {
                    keys.add(Keys.consumerLevels(consumer));
                }
            }
            List<Optional<Document>> found = store.get(keys);
            for (int i = 0; i < consumers.size(); i++) {
                tell(consumers.get(i), found.subList(i * keysEach, (i + 1) * keysEach));
            }
        }

        private void tell(Consumer consumer, List<Optional<Document>> found) {
            List<byte[]> documents = new ArrayList<>(windows.size());
            for (Optional<Document> document : found.subList(0, windows.size())) {
                if (document.isPresent() && own(document.get(), consumer)) {
                    documents.add(document.get().content());
                }
            }
            byte[] ownLevels = levels ? found.get(windows.size()).filter(document -> ownLevels(document, consumer))
                    .map(Document::content).orElse(null) : null;
            if (!documents.isEmpty() || ownLevels != null && !Json.read(ownLevels, ConsumerLevels.class).plans().isEmpty()) {
                reader.accept(new ConsumerTotals(consumer.consumerId(), documents, ownLevels));
            }
        }
    }

    /** The document's ids are those of its key, unless the key was cut. */
    private static boolean own(Document document, Consumer consumer) {
        if (Keys.exact(document.key())) {
            return true;
        }
        ConsumerWindow window = Json.read(document.content(), ConsumerWindow.class);
        return new Consumer(window.organizationId(), window.spaceId(), window.consumerId()).equals(consumer);
    }

    private static boolean ownLevels(Document document, Consumer consumer) {
        if (Keys.exact(document.key())) {
            return true;
        }
        ConsumerLevels levels = Json.read(document.content(), ConsumerLevels.class);
        return new Consumer(levels.organizationId(), levels.spaceId(), levels.consumerId()).equals(consumer);
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
     * What an organization has: documents as they are stored, since who asks reads them anyway, and their format with them.
     *
     * @param documents those of the windows asked for that exist, each an {@link OrganizationWindow}
     * @param levels its {@link OrganizationLevels}, if there are any
     */
    public record OrganizationTotals(List<byte[]> documents, Optional<byte[]> levels) {
    }

    /**
     * A consumer and its documents.
     *
     * @param consumerId the consumer
     * @param documents those of the windows asked for that exist, in their order: each a {@link ConsumerWindow} as it is
     *     stored, since who asks reads it anyway, and its format with it
     * @param levels its {@link ConsumerLevels} as they are stored; null when there are none, or they were not asked for
     */
    public record ConsumerTotals(String consumerId, List<byte[]> documents, byte[] levels) {
    }
}
