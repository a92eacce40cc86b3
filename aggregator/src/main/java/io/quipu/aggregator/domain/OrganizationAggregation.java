package io.quipu.aggregator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One attempt at folding the usages of one organization, in order, into its documents and its consumers'.
 *
 * <p>For each position: documents that have passed it are left alone, and their decision is adopted; the others fold it,
 * or pass it as rejected. Nothing is written here: the result holds the changed documents in the order in which they
 * must become durable: consumers, the organization's levels, its days, then its months, whose totals decide price tiers.
 *
 * <p>The documents of a position are those of the usage's end and of each of its level changes. So a usage that comes again,
 * as rejected too, must come with the same changes: a document that passed later positions without it would be taken for one
 * that has folded it.
 */
public final class OrganizationAggregation {

    /**
     * Plan totals that one organization's window may hold, over the organization and its spaces. A usage that would add
     * more is rejected: retrying would block the partition.
     */
    public static final int MAX_ENTRIES = 5_000;

    /** Plan totals that one consumer's window may hold. */
    public static final int MAX_CONSUMER_ENTRIES = 500;

    /** Metrics of plans of which an organization's levels may hold changes, over the organization and its spaces. */
    public static final int MAX_LEVELS = MAX_ENTRIES;

    /** Metrics of plans of which one consumer's levels may hold changes. */
    public static final int MAX_CONSUMER_LEVELS = MAX_CONSUMER_ENTRIES;

    /** The name of this stage in what it rejects. */
    public static final String STAGE = "aggregator";

    private final String organizationId;
    private final long cursor;
    private final Function<String, CompiledPlan> plans;
    private final StoredDocuments documents;
    private final Map<ConsumerKey, OpenConsumer> consumers = new LinkedHashMap<>();
    private final Map<Consumer, OpenConsumerLevels> consumerLevels = new LinkedHashMap<>();
    private Optional<OpenOrganizationLevels> organizationLevels = Optional.empty();
    private final Map<Window, OpenOrganization> organizations = new LinkedHashMap<>();

    /**
     * An attempt.
     *
     * @param organizationId the organization of all the usages
     * @param cursor the batch's cursor
     * @param plans the plan versions of the batch, by id
     * @param documents the organization's documents as they were read
     */
    public OrganizationAggregation(String organizationId, long cursor, Function<String, CompiledPlan> plans,
            StoredDocuments documents) {
        this.organizationId = organizationId;
        this.cursor = cursor;
        this.plans = plans;
        this.documents = documents;
    }

    /**
     * Folds the usages.
     *
     * @param usages those of the organization, by ascending position
     * @return the changed documents; or the first new rejection, and then nothing may be written
     * @throws StaleBatchException when the batch is too old to be judged
     */
    public AggregatedUsage aggregate(List<AccumulatedUsage> usages) {
        for (AccumulatedUsage usage : usages) {
            Optional<Rejection> found = aggregate(usage);
            if (found.isPresent()) {
                return AggregatedUsage.rejected(found.get());
            }
        }
        List<ConsumerWindow> changedConsumers = consumers.values().stream().filter(OpenDocument::changed)
                .map(consumer -> consumer.sealed(cursor)).toList();
        List<ConsumerLevels> changedLevels = consumerLevels.values().stream().filter(OpenDocument::changed)
                .map(levels -> levels.sealed(cursor)).toList();
        return new AggregatedUsage(Optional.empty(), changedConsumers, changedLevels,
                organizationLevels.filter(OpenDocument::changed).map(levels -> levels.sealed(cursor)),
                changed(Phase.DAYS), changed(Phase.MONTHS));
    }

    private List<OrganizationWindow> changed(Phase phase) {
        return organizations.values().stream().filter(organization -> organization.phase() == phase)
                .filter(OpenDocument::changed).map(organization -> organization.sealed(cursor)).toList();
    }

    /** Folds one usage; answers the rejection when it is rejected here and the stage above does not know. */
    private Optional<Rejection> aggregate(AccumulatedUsage usage) {
        UsageEffects effects = UsageEffects.of(usage);
        Involved involved = open(effects);
        Standing standing = standing(usage, involved.documents());
        if (standing.fresh().isEmpty() && standing.rejection().isEmpty()) {
            return Optional.empty();
        }
        if (!standing.untouched() && standing.rejection().isEmpty() && usage.rejection() != null) {
            throw new IllegalStateException("position " + usage.position() + " of " + organizationId
                    + " comes as rejected but was folded before: " + usage.rejection());
        }
        Optional<Rejection> decided = standing.rejection().or(() -> Optional.ofNullable(usage.rejection()));
        if (decided.isEmpty()) {
            Optional<Rejection> limit = standing.untouched() && !effects.stop()
                    ? new Limits(effects, PlanKey.of(usage, plans.apply(usage.pin().plan()))).exceeded(involved)
                    : Optional.empty();
            return limit.isPresent() ? limit : fold(effects, standing);
        }
        if (usage.rejection() == null) {
            return decided;
        }
        standing.fresh().forEach(document -> document.pass(decided.get()));
        return Optional.empty();
    }

    /**
     * Folds an accepted usage in the documents that have not passed it; the organization's month last, since rating reads it. When
     * one of them cannot hold it the usage is rejected, and what others have folded of it goes with this attempt.
     */
    private Optional<Rejection> fold(UsageEffects effects, Standing standing) {
        AccumulatedUsage usage = effects.usage();
        Optional<RatedChanges> rated = Optional.empty();
        try {
            if (!effects.own().isEmpty()) {
                rated = rated(usage, open(effects.month()));
            }
            if (standing.untouched() && !effects.stop() && !effects.levels().isEmpty()) {
                standing.fresh().forEach(document -> document.checkBounds(effects));
            }
            for (OpenDocument document : standing.fresh()) {
                document.accept(effects, rated);
            }
            return Optional.empty();
        } catch (MeteringException e) {
            if (!standing.untouched()) {
                throw new IllegalStateException("position " + usage.position() + " of " + organizationId
                        + " was folded before and cannot be folded now", e);
            }
            return Optional.of(new Rejection(usage.position(), STAGE, e.code(), e.getMessage()));
        }
    }

    /** A month that has passed it is not what it was to be rated against; then all of its own windows have passed it. */
    private Optional<RatedChanges> rated(AccumulatedUsage usage, OpenOrganization month) {
        return month.watermark().passed(usage.position()) ? Optional.empty()
                : Optional.of(RatedChanges.of(usage, plans.apply(usage.pin().plan()), month.totals()));
    }

    /** Which of the documents have passed the position, and what they decided. */
    private Standing standing(AccumulatedUsage usage, List<OpenDocument> involved) {
        List<OpenDocument> fresh = new ArrayList<>(involved.size());
        Optional<Rejection> rejection = Optional.empty();
        boolean accepted = false;
        for (OpenDocument document : involved) {
            Watermark watermark = document.watermark();
            if (!watermark.passed(usage.position())) {
                fresh.add(document);
                continue;
            }
            if (watermark.stale(usage.position(), cursor)) {
                throw new StaleBatchException("position " + usage.position() + " of " + organizationId
                        + " was committed up to " + watermark.prunedTo() + ", above the batch's cursor " + cursor);
            }
            // In the order of writing, so the first that is fresh is one of the earliest phase.
            if (!fresh.isEmpty() && fresh.get(0).phase().compareTo(document.phase()) < 0) {
                throw new IllegalStateException("the " + document.name() + " of " + organizationId
                        + " has passed position " + usage.position() + " before a document it is computed from");
            }
            Optional<Rejection> decided = watermark.rejection(usage.position());
            accepted |= decided.isEmpty();
            rejection = rejection.or(() -> decided);
        }
        if (accepted && rejection.isPresent()) {
            throw new IllegalStateException("documents of " + organizationId + " disagree on " + rejection.get());
        }
        return new Standing(fresh, rejection, fresh.size() == involved.size());
    }

    /** The documents of a usage's end, if it is no event, and of each of its level changes. */
    private Involved open(UsageEffects effects) {
        Consumer consumer = effects.usage().origin().consumer();
        if (effects.levels().isEmpty()) {
            return new Involved(effects.own().stream().map(window -> open(consumer, window)).toList(), Optional.empty(),
                    Optional.empty(), effects.own().stream().map(this::open).toList());
        }
        if (organizationLevels.isEmpty()) {
            organizationLevels = Optional.of(
                    new OpenOrganizationLevels(organizationId, documents.organizationLevels()));
        }
        OpenConsumerLevels levels = consumerLevels.computeIfAbsent(consumer,
                key -> new OpenConsumerLevels(key, documents.consumerLevels(key)));
        // Windows sort days before months.
        SortedSet<Window> windows = new TreeSet<>(effects.own());
        windows.addAll(effects.levels().windows(Window.Unit.DAY));
        windows.addAll(effects.levels().windows(Window.Unit.MONTH));
        return new Involved(windows.stream().map(window -> open(consumer, window)).toList(), Optional.of(levels),
                organizationLevels, windows.stream().map(this::open).toList());
    }

    private OpenConsumer open(Consumer consumer, Window window) {
        return consumers.computeIfAbsent(new ConsumerKey(consumer, window),
                key -> new OpenConsumer(consumer, window, documents.consumer(consumer, window)));
    }

    private OpenOrganization open(Window window) {
        return organizations.computeIfAbsent(window,
                key -> new OpenOrganization(organizationId, window, documents.organization(window)));
    }

    private record ConsumerKey(Consumer consumer, Window window) {
    }

    /**
     * How the documents of a usage stand to its position.
     *
     * @param fresh those that have not passed it, in the order of writing
     * @param rejection what those that passed it decided, if they rejected it
     * @param untouched whether none has passed it
     */
    private record Standing(List<OpenDocument> fresh, Optional<Rejection> rejection, boolean untouched) {
    }
}
