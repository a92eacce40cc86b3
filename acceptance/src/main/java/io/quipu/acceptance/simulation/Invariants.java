package io.quipu.acceptance.simulation;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogTimes;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.common.stage.Batch;
import io.quipu.common.store.Document;
import io.quipu.common.store.Write;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What must hold at every moment, looked at with every write that takes effect: watermarks, cursors and trim marks only go
 * forward; what is immutable stays; no document is ahead of one in the stage below; a parent equals the sum of its
 * children; what the cursor has passed is counted, a duplicate or rejected; what is driven stands in the log like that.
 */
final class Invariants implements Disk.Observer {

    private final World world;
    private final SharingInvariants sharing;
    private final Map<String, Set<String>> consumers = new HashMap<>();
    private final Map<String, Segment> log = new TreeMap<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final Map<String, Long> firsts = new TreeMap<>();
    private final Map<Integer, Segment> last = new HashMap<>();

    Invariants(World world) {
        this.world = world;
        this.sharing = new SharingInvariants(world);
    }

    /** A segment that was ever written, also one that was trimmed since. */
    Optional<Segment> segment(int partition, long number) {
        return Optional.ofNullable(log.get(Keys.segment(partition, number)));
    }

    /** The position that the mark of a deduplication key named first. */
    Optional<Long> first(String mark) {
        return Optional.ofNullable(firsts.get(mark));
    }

    /** Every mark that was ever made. */
    Set<String> marks() {
        return firsts.keySet();
    }

    /** The last segment of a partition that readers can reach: orphans below the trim mark are none. */
    Optional<Segment> last(int partition) {
        return Optional.ofNullable(last.get(partition));
    }

    /** What is sent must be what stands in the log, its time included: whoever drives it again reads it there. */
    void driven(Batch<CollectedUsage> batch) {
        for (CollectedUsage usage : batch.usage()) {
            int index = Position.index(usage.position());
            Optional<CollectedUsage> logged = segment(batch.partition(), Position.segment(usage.position()))
                    .filter(segment -> index < segment.usage().size())
                    .map(segment -> segment.usage().get(index).collected(usage.position(), segment.time()));
            if (!logged.equals(Optional.of(usage))) {
                world.violated("position " + usage.position() + " of partition " + batch.partition() + " is driven as "
                        + usage + ", the log says " + logged.map(CollectedUsage::toString).orElse("nothing"), null);
            }
        }
    }

    @Override
    public void written(String service, Write write, Optional<Document> before) {
        Site site = Site.of(service, write);
        if (write instanceof Write.Remove) {
            removed(site, write.key());
            return;
        }
        byte[] content = write instanceof Write.Insert insert ? insert.content() : ((Write.Replace) write).content();
        JsonNode after = Json.shared().readTree(content);
        Optional<JsonNode> old = before.map(document -> Json.shared().readTree(document.content()));
        switch (site) {
            case SEGMENT -> {
                immutable(write);
                Segment segment = Json.read(content, Segment.class);
                // An orphan below the trim mark, where a segment once was, is none of the log.
                if (log.putIfAbsent(write.key(), segment) == null) {
                    appended(segment);
                }
                last.merge(segment.partition(), segment, (a, b) -> a.segment() > b.segment() ? a : b);
            }
            case MARK -> {
                immutable(write);
                // One that comes after its first has expired is no first.
                firsts.putIfAbsent(write.key(), after.get("position").longValue());
            }
            case REJECTED, PLAN_COPY -> immutable(write);
            case LEASES -> sharing.leases(before.map(Document::content).orElse(null), content);
            case SIGNAL -> sharing.signal(before.map(Document::content).orElse(null), content);
            case TRIM -> {
                forward(write, old.map(o -> o.get("lowest").longValue()), after.get("lowest").longValue());
                forward(write, old.map(o -> o.get("removed").longValue()), after.get("removed").longValue());
            }
            case CURSOR -> {
                long from = old.map(o -> o.get("position").longValue()).orElse(Position.NONE);
                forward(write, Optional.of(from), after.get("position").longValue());
                passed(Integer.parseInt(write.key().substring(write.key().indexOf('/') + 1)), from,
                        after.get("position").longValue());
            }
            case INSTANCE, CONSUMER, DAY, MONTH -> {
                forward(write, old.map(Invariants::watermark), watermark(after));
                folded(site, write.key(), after);
            }
            case TIMELINE, CONSUMER_LEVELS, LEVELS -> forward(write, old.map(Invariants::watermark), watermark(after));
            default -> { }
        }
    }

    /** Log time never falls, nothing in a segment is too late by it, and it goes on with count and latest end where the one before ended. */
    private void appended(Segment segment) {
        long latest = segment.usage().stream().mapToLong(usage -> usage.origin().end()).max().orElseThrow();
        segment(segment.partition(), segment.segment() - 1).ifPresent(before -> {
            if (segment.time() < before.time() || segment.sequence() != before.sequence() + before.usage().size()
                    || segment.latestEnd() != Math.max(before.latestEnd(), latest)) {
                world.violated("segment " + segment.partition() + "/" + segment.segment() + " has time " + segment.time()
                        + ", sequence " + segment.sequence() + " and latest end " + segment.latestEnd() + " after " + before.time()
                        + ", " + before.sequence() + " and " + before.latestEnd() + ", and usage up to " + latest, null);
            }
        });
        LogTimes times = world.settings().times();
        long oldest = segment.time() - times.lateness().slack().toMillis() - LogTimes.GRACE.toMillis();
        segment.usage().stream().filter(usage -> usage.origin().end() < oldest).forEach(usage ->
                world.violated("usage that ended at " + usage.origin().end() + " was appended at log time "
                        + segment.time(), null));
    }

    private void removed(Site site, String key) {
        if (site == Site.SEGMENT_REMOVAL) {
            String[] path = key.split("/");
            long lowest = world.collectorDisk().get(Keys.trim(Integer.parseInt(path[1])))
                    .map(d -> Json.shared().readTree(d.content()).get("lowest").longValue()).orElse(0L);
            if (Long.parseLong(path[2]) >= lowest) {
                world.violated(key + " was removed, but the log is kept from segment " + lowest + " on", null);
            }
        }
    }

    private void immutable(Write write) {
        if (write instanceof Write.Replace) {
            world.violated(write.key() + " was replaced, and must never change", null);
        }
    }

    private void forward(Write write, Optional<Long> before, long after) {
        if (before.isPresent() && before.get() > after) {
            world.violated(write.key() + " went back from " + before.get() + " to " + after, null);
        }
    }

    private static long watermark(JsonNode document) {
        return document.get("watermark").get("position").longValue();
    }

    private void folded(Site site, String key, JsonNode document) {
        String organization = document.get("organization_id").stringValue();
        String window = key.substring(key.lastIndexOf('/') + 1);
        String parent = String.join("/", "organization", organization, window);
        if (site == Site.INSTANCE) {
            String consumer = String.join("/", "consumer", organization, document.get("space_id").stringValue(),
                    document.get("consumer_id").stringValue(), window);
            for (String below : List.of(consumer, parent)) {
                if (positionOf(below) < watermark(document)) {
                    world.violated(key + " is at " + watermark(document) + ", ahead of " + below + " at "
                            + positionOf(below), null);
                }
            }
        } else if (site == Site.CONSUMER) {
            consumers.computeIfAbsent(parent, p -> new HashSet<>()).add(key);
        } else {
            sums(key, document, consumers.getOrDefault(key, Set.of()));
        }
    }

    private long positionOf(String key) {
        return world.aggregatorDisk().get(key).map(d -> watermark(Json.shared().readTree(d.content())))
                .orElse(Position.NONE);
    }

    /** A parent against its spaces, and against its consumers unless one of them is ahead. */
    private void sums(String key, JsonNode parent, Set<String> children) {
        Map<String, BigDecimal> own = new TreeMap<>();
        add(own, parent.get("plans"));
        Map<String, BigDecimal> spaces = new TreeMap<>();
        parent.get("spaces").forEach(space -> add(spaces, space.get("plans")));
        equal(key, "spaces", own, spaces);
        Map<String, BigDecimal> sum = new TreeMap<>();
        for (String child : children) {
            JsonNode consumer = Json.shared().readTree(world.aggregatorDisk().get(child).orElseThrow().content());
            if (watermark(consumer) > watermark(parent)) {
                return;
            }
            add(sum, consumer.get("plans"));
        }
        equal(key, "consumers", own, sum);
    }

    private void equal(String key, String what, Map<String, BigDecimal> own, Map<String, BigDecimal> children) {
        if (!own.equals(children)) {
            world.violated(key + " says " + own + ", but its " + what + " add up to " + children, null);
        }
    }

    private static void add(Map<String, BigDecimal> sum, JsonNode plans) {
        for (JsonNode plan : plans) {
            for (JsonNode metric : plan.get("metrics")) {
                String path = plan.get("resource_id") + " " + plan.get("path") + " " + metric.get("metric");
                for (String figure : List.of("quantity", "cost")) {
                    sum.merge(path + " " + figure, metric.get(figure).decimalValue(), (a, b) ->
                            a.add(b).signum() == 0 ? BigDecimal.ZERO : a.add(b).stripTrailingZeros());
                    sum.computeIfPresent(path + " " + figure, (p, value) ->
                            value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
                }
            }
        }
    }

    /** An event stands in the timeline of its instance; other documents concern it only as far as it changes something. */
    private void timeline(int partition, long position, LoggedUsage event) {
        String key = Keys.timeline(event.origin().consumer(), event.origin().resourceId(),
                event.origin().resourceInstanceId());
        long watermark = world.accumulatorDisk().get(key)
                .map(d -> watermark(Json.shared().readTree(d.content()))).orElse(Position.NONE);
        if (watermark < position) {
            world.violated("the cursor of partition " + partition + " passed " + position + ", but " + key + " is at "
                    + watermark, null);
        }
    }

    /** What the cursor has just passed must be settled. */
    private void passed(int partition, long from, long to) {
        for (long number = Math.max(0, Position.segment(from)); number <= Position.segment(to); number++) {
            Optional<Segment> segment = segment(partition, number);
            for (int i = 0; segment.isPresent() && i < segment.get().usage().size(); i++) {
                long position = Position.of(number, i);
                if (position > from && position <= to) {
                    settled(partition, position, segment.get());
                }
            }
        }
    }

    /** Every segment that was ever written, but orphans. */
    Collection<Segment> segments() {
        return log.values();
    }

    /** When the cursor of a partition passed the end of a snapshot there, milliseconds since the epoch. */
    Optional<Long> passedAt(int partition, long position) {
        return Optional.ofNullable(ends.get(partition + "-" + position));
    }

    private void settled(int partition, long position, Segment segment) {
        LoggedUsage usage = segment.usage().get(Position.index(position));
        Optional<Long> first = first(DedupMark.key(usage));
        if (first.isEmpty()) {
            world.violated("the cursor of partition " + partition + " passed " + position + ", which has no mark", null);
        } else if (first.get() == position
                && world.collectorDisk().get(Keys.rejected(partition, position)).isEmpty()) {
            if (usage.completes()) {
                ends.put(partition + "-" + position, world.fibers().now());
                return;
            }
            if (usage.event() != null) {
                timeline(partition, position, usage);
                return;
            }
            String time = Instant.ofEpochMilli(usage.origin().end()).toString();
            String consumer = String.join("/", "consumer", usage.origin().organizationId(), usage.origin().spaceId(),
                    usage.origin().consumerId());
            for (String scope : List.of("organization/" + usage.origin().organizationId(), consumer)) {
                for (String window : List.of(time.substring(0, 7), time.substring(0, 10))) {
                    if (positionOf(scope + "/" + window) < position) {
                        world.violated("the cursor of partition " + partition + " passed " + position + ", but " + scope
                                + "/" + window + " is at " + positionOf(scope + "/" + window), null);
                    }
                }
            }
        }
    }
}
