package io.quipu.aggregator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.Consumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An organization's documents, by what tells them apart; two are equal when all of theirs are. */
final class InMemory implements StoredDocuments {

    private final Map<String, Object> documents = new TreeMap<>();

    /** What an attempt came to, phase by phase. */
    static List<List<Object>> phases(AggregatedUsage result) {
        List<Object> consumers = new ArrayList<>(result.consumers());
        consumers.addAll(result.consumerLevels());
        return List.of(consumers, List.copyOf(result.organizationLevels().stream().toList()), List.copyOf(result.days()),
                List.copyOf(result.months()));
    }

    /** Takes the result over, as if all of it had been written. */
    void add(AggregatedUsage result) {
        phases(result).forEach(phase -> phase.forEach(this::add));
    }

    /** As if that document had been written. */
    void add(Object document) {
        String key;
        if (document instanceof ConsumerWindow window) {
            key = key(new Consumer(window.organizationId(), window.spaceId(), window.consumerId()), window.window().id());
        } else if (document instanceof ConsumerLevels levels) {
            key = key(new Consumer(levels.organizationId(), levels.spaceId(), levels.consumerId()), "levels");
        } else if (document instanceof OrganizationWindow window) {
            key = window.window().id();
        } else {
            key = ((OrganizationLevels) document).getClass().getSimpleName();
        }
        documents.put(key, document);
    }

    void remove(Window window) {
        documents.remove(window.id());
    }

    Map<String, Object> all() {
        return documents;
    }

    InMemory copy() {
        InMemory copy = new InMemory();
        copy.documents.putAll(documents);
        return copy;
    }

    @Override
    public Optional<ConsumerWindow> consumer(Consumer consumer, Window window) {
        return Optional.ofNullable((ConsumerWindow) documents.get(key(consumer, window.id())));
    }

    @Override
    public Optional<ConsumerLevels> consumerLevels(Consumer consumer) {
        return Optional.ofNullable((ConsumerLevels) documents.get(key(consumer, "levels")));
    }

    @Override
    public Optional<OrganizationWindow> organization(Window window) {
        return Optional.ofNullable((OrganizationWindow) documents.get(window.id()));
    }

    @Override
    public Optional<OrganizationLevels> organizationLevels() {
        return Optional.ofNullable((OrganizationLevels) documents.get(OrganizationLevels.class.getSimpleName()));
    }

    private static String key(Consumer consumer, String what) {
        return consumer + " " + what;
    }
}
