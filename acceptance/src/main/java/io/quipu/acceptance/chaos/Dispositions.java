package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Ledger.Entry;
import io.quipu.acceptance.oracle.CountedUsage;
import io.quipu.acceptance.process.Ports;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What became of usages, as their locations say: of all places where a usage stands, one is the first, and all others are
 * duplicates of it. Thread-safe.
 */
final class Dispositions {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Endpoints endpoints;
    private final Tally tally;
    private final Verdict verdict;

    Dispositions(Endpoints endpoints, Tally tally, Verdict verdict) {
        this.endpoints = endpoints;
        this.tally = tally;
        this.verdict = verdict;
    }

    /**
     * The one place of a usage that counts, or that was rejected.
     *
     * @param entry the usage
     * @param place its partition and position, as {@code {partition}-{position}}
     * @param status {@code processed} or {@code rejected}
     * @param code why it was rejected, or empty
     */
    record First(Entry entry, String place, String status, String code) {

        /** The usage as the recount takes it: where it stands, and what the client sent. */
        CountedUsage counted() {
            Usage.Key key = entry.usage().key();
            String[] numbers = place.split("-");
            String country = key.organization().country();
            return new CountedUsage(Integer.parseInt(numbers[0]), Long.parseLong(numbers[1]), key.organization().id(),
                    key.space(), key.consumer(), key.resource(), key.instance(), key.end(), entry.usage().measured(),
                    country, Offers.CURRENCIES.get(country), "", entry.usage().offer().terms());
        }
    }

    /** The first place of an accepted usage; empty, and found wrong, when there is not exactly one. */
    Optional<First> first(Entry entry) throws InterruptedException {
        Map<String, JsonNode> dispositions = new TreeMap<>();
        Set<String> originals = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(entry.locations());
        open.addAll(entry.conflicting());
        while (!open.isEmpty()) {
            String location = open.remove();
            if (dispositions.containsKey(location)) {
                continue;
            }
            Optional<JsonNode> found = find(location);
            if (found.isEmpty()) {
                verdict.wrong("no disposition at " + location);
                return Optional.empty();
            }
            dispositions.put(location, found.get());
            tally.count("dispositions", found.get().path("status").asString("?"));
            String original = found.get().path("duplicate_of").asString(null);
            if (original != null) {
                originals.add(original);
                open.add(original);
            }
        }
        return only(entry, dispositions, originals);
    }

    private Optional<First> only(Entry entry, Map<String, JsonNode> dispositions, Set<String> originals) {
        List<String> firsts = new ArrayList<>();
        dispositions.forEach((location, disposition) -> {
            if (!disposition.path("status").asString("?").equals("duplicate")) {
                firsts.add(location);
            }
        });
        if (firsts.size() != 1 || entry.conflicting().contains(firsts.get(0))
                || !originals.isEmpty() && !originals.equals(Set.copyOf(firsts))) {
            verdict.wrong("not exactly one of these is the first with its quantities, and all others its duplicates: "
                    + dispositions + " of " + entry.usage().json());
            return Optional.empty();
        }
        String first = firsts.get(0);
        JsonNode disposition = dispositions.get(first);
        return Optional.of(new First(entry, first.substring(first.lastIndexOf('/') + 1),
                disposition.path("status").asString("?"), disposition.path("code").asString("")));
    }

    /** What a location says, once it says more than that the usage was accepted; empty when it does not in time. */
    private Optional<JsonNode> find(String location) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> answer = endpoints.get(Ports.COLLECTOR, location);
                if (answer.statusCode() == 200) {
                    JsonNode disposition = Json.shared().readTree(answer.body()).path("disposition");
                    if (!disposition.path("status").asString("?").equals("accepted")) {
                        return Optional.of(disposition);
                    }
                } else if (answer.statusCode() < 500) {
                    return Optional.empty();
                }
            } catch (IOException notNow) {
                tally.count("dispositions", "asked for again");
            }
            Thread.sleep(POLL.toMillis());
        }
        return Optional.empty();
    }
}
