package io.quipu.accumulator;

import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.accumulator.domain.TimelineMonths;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.PlanLevels.MonthChange;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the instances of consumers for reports. Thread-safe. */
public final class Instances {

    /** Documents read in one call to the store. */
    private static final int KEYS_PER_READ = 500;

    /** Stands in the documents of windows in which a level has changed, perhaps in others. */
    private static final String LEVELED = "\"leveled\":";

    /** How often an instance is read again whose levels have changed in between. */
    static final int MAX_RETRIES = 3;

    private final DocumentStore store;
    private final LinkPages<InstanceLink> links;

    /** Instances of a store. */
    public Instances(DocumentStore store) {
        this.store = store;
        this.links = new LinkPages<>(store, InstanceLink.class);
    }

    /**
     * What is told of an instance under a plan path.
     *
     * @param documents {@link InstanceWindow}s as they are stored, since who asks reads them anyway, and compares their ids
     * @param levels its levels, if it has some that the windows asked for may show
     */
    public record Found(List<byte[]> documents, Optional<InstanceLevels> levels) {
    }

    /**
     * Reads all instances of some consumers that have one of the windows, or a level in one, each with those documents and its levels.
     * Timelines are read before the windows, which are written before them: what a timeline has counted is in the windows. They have
     * nothing more as long as no level has changed in between; if so, the instance is read again, {@link #MAX_RETRIES} times.
     *
     * @param consumers at most {@link DocumentStore#MAX_BATCH}
     * @param windows what is asked for
     * @param reader told each
     */
    public void read(List<Consumer> consumers, List<Window> windows, java.util.function.Consumer<Found> reader) {
        List<Optional<List<InstanceLink>>> single = links.readSingle(
                consumers.stream().map(consumer -> Keys.instancePage(consumer, 0)).toList());
        Reading reading = new Reading(windows, reader);
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            Set<InstanceLink> seen = new HashSet<>();
            java.util.function.Consumer<List<InstanceLink>> page = found -> found.stream().filter(seen::add)
                    .forEach(link -> reading.add(link.key(consumer)));
            single.get(i).ifPresentOrElse(page, () -> links.read(number -> Keys.instancePage(consumer, number), page));
        }
        reading.read();
    }

    /** Collects instances and reads their documents as many at a time as one call may. */
    private final class Reading {

        private final List<Window> windows;
        private final java.util.function.Consumer<Found> reader;
        private final List<InstanceKey> instances = new ArrayList<>();

        private Reading(List<Window> windows, java.util.function.Consumer<Found> reader) {
            this.windows = windows;
            this.reader = reader;
        }

        private void add(InstanceKey instance) {
            instances.add(instance);
            if ((instances.size() + 1) * windows.size() > KEYS_PER_READ) {
                read();
            }
        }

        private void read() {
            List<InstanceKey> open = List.copyOf(instances);
            instances.clear();
            for (int retries = 0; !open.isEmpty(); retries++) {
                open = read(open, retries == MAX_RETRIES);
            }
        }

        /** Tells what fits together, or all; answers the rest. */
        private List<InstanceKey> read(List<InstanceKey> open, boolean all) {
            Map<String, TimelineMonths> timelines = timelines(open);
            List<Optional<Document>> stored = store.get(open.stream().flatMap(key -> key.documents(windows).stream()).toList());
            List<InstanceKey> again = new ArrayList<>();
            for (int i = 0; i < open.size(); i++) {
                List<byte[]> documents = stored.subList(i * windows.size(), (i + 1) * windows.size()).stream()
                        .flatMap(Optional::stream).map(Document::content).toList();
                TimelineMonths timeline = timelines.get(timeline(open.get(i)));
                Optional<InstanceLevels> levels = timeline == null ? Optional.empty() : timeline.levels(open.get(i).path());
                long position = timeline == null ? Position.NONE : timeline.watermark().position();
                if (!all && documents.stream().anyMatch(document -> ahead(document, position))) {
                    again.add(open.get(i));
                } else if (!documents.isEmpty() || levels.filter(this::shown).isPresent()) {
                    reader.accept(new Found(documents, levels));
                }
            }
            return again;
        }

        private Map<String, TimelineMonths> timelines(List<InstanceKey> open) {
            List<String> keys = open.stream().map(Reading::timeline).distinct().toList();
            List<Optional<Document>> stored = store.get(keys);
            Map<String, TimelineMonths> timelines = new HashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                stored.get(i).ifPresent(document -> timelines.put(key, RunningTimelines.months(key, document)));
            }
            return timelines;
        }

        private static String timeline(InstanceKey instance) {
            return new TimelineKey(instance.consumer(), instance.resourceId(), instance.resourceInstanceId()).document();
        }

        /** Whether a window has counted a change that the timeline had not. */
        private static boolean ahead(byte[] document, long position) {
            Long leveled = leveled(document);
            return leveled != null && leveled > position;
        }

        /** It is the last member of documents that have it: what stands just before the end is no other's. So none is read for that. */
        private static Long leveled(byte[] document) {
            String json = new String(document, StandardCharsets.ISO_8859_1);
            int member = json.lastIndexOf(LEVELED);
            if (member < 0) {
                return null;
            }
            String last = json.substring(member + LEVELED.length(), json.length() - 1);
            return !last.isEmpty() && last.chars().allMatch(digit -> digit >= '0' && digit <= '9') ? Long.valueOf(last)
                    : Json.read(document, InstanceWindow.class).leveled();
        }

        /** Whether a level is not zero at the beginning or at the end of a month that is asked for, or of which a day is. */
        private boolean shown(InstanceLevels levels) {
            return windows.stream().map(window -> Window.month(window.from())).distinct().anyMatch(month ->
                    levels.plan().metrics().stream().anyMatch(metric -> !metric.months().isEmpty()
                            && (at(metric.months(), month.from()).signum() != 0 || at(metric.months(), month.to()).signum() != 0)));
        }

        private static BigDecimal at(List<MonthChange> months, long time) {
            return months.stream().filter(month -> month.month().from() < time).map(MonthChange::change)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }
}
