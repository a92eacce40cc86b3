package io.quipu.aggregator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.stage.StaleBatchException;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
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
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One attempt at folding the usages of one organization, in order, into its documents and its consumers'.
 *
 * <p>For each position: documents that have passed it are left alone, and their decision is adopted; the others fold it,
 * or pass it as rejected. Nothing is written here: the result holds the changed documents in the order in which they
 * must become durable: consumers, then the organization's days, then its months, whose totals decide price tiers.
 */
public final class OrganizationAggregation {

    /**
     * Plan totals that one organization's window may hold, over the organization and its spaces. A usage that would add
     * more is rejected: retrying would block the partition.
     */
    public static final int MAX_ENTRIES = 5_000;

    /** Plan totals that one consumer's window may hold. */
    public static final int MAX_CONSUMER_ENTRIES = 500;

    /** The name of this stage in what it rejects. */
    public static final String STAGE = "aggregator";

    private final String organizationId;
    private final long cursor;
    private final Function<String, CompiledPlan> plans;
    private final BiFunction<Consumer, Window, Optional<ConsumerWindow>> consumerDocuments;
    private final Function<Window, Optional<OrganizationWindow>> organizationDocuments;
    private final Map<ConsumerKey, OpenConsumer> consumers = new LinkedHashMap<>();
    private final Map<Window, OpenOrganization> organizations = new LinkedHashMap<>();

    /**
     * An attempt.
     *
     * @param organizationId the organization of all the usages
     * @param cursor the batch's cursor
     * @param plans the plan versions of the batch, by id
     * @param consumerDocuments a consumer's document as it was read
     * @param organizationDocuments the organization's document as it was read
     */
    public OrganizationAggregation(String organizationId, long cursor, Function<String, CompiledPlan> plans,
            BiFunction<Consumer, Window, Optional<ConsumerWindow>> consumerDocuments,
            Function<Window, Optional<OrganizationWindow>> organizationDocuments) {
        this.organizationId = organizationId;
        this.cursor = cursor;
        this.plans = plans;
        this.consumerDocuments = consumerDocuments;
        this.organizationDocuments = organizationDocuments;
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
                return new AggregatedUsage(found, List.of(), List.of(), List.of());
            }
        }
        List<ConsumerWindow> changedConsumers = consumers.values().stream().filter(OpenWindow::changed)
                .map(consumer -> consumer.sealed(cursor)).toList();
        return new AggregatedUsage(Optional.empty(), changedConsumers, changed(Window.Unit.DAY),
                changed(Window.Unit.MONTH));
    }

    private List<OrganizationWindow> changed(Window.Unit unit) {
        return organizations.values().stream().filter(organization -> organization.window().unit() == unit)
                .filter(OpenWindow::changed).map(organization -> organization.sealed(cursor)).toList();
    }

    /** Folds one usage; answers the rejection when it is rejected here and the stage above does not know. */
    private Optional<Rejection> aggregate(AccumulatedUsage usage) {
        long end = usage.origin().end();
        Consumer consumer = usage.origin().consumer();
        OpenConsumer consumerMonth = open(consumer, Window.month(end));
        OpenConsumer consumerDay = open(consumer, Window.day(end));
        OpenOrganization day = open(Window.day(end));
        OpenOrganization month = open(Window.month(end));
        List<OpenWindow> involved = List.of(consumerMonth, consumerDay, day, month);

        Standing standing = standing(usage, involved);
        if (standing.fresh().isEmpty() && standing.rejection().isEmpty()) {
            return Optional.empty();
        }
        if (!standing.untouched() && standing.rejection().isEmpty() && usage.rejection() != null) {
            throw new IllegalStateException("position " + usage.position() + " of " + organizationId
                    + " comes as rejected but was folded before: " + usage.rejection());
        }
        Optional<Rejection> decided = standing.rejection().or(() -> Optional.ofNullable(usage.rejection()));
        if (decided.isEmpty()) {
            Optional<Rejection> limit = standing.untouched() ? limit(usage, consumerMonth, consumerDay, day, month)
                    : Optional.empty();
            return limit.isPresent() ? limit : fold(usage, month, standing);
        }
        if (usage.rejection() == null) {
            return decided;
        }
        standing.fresh().forEach(window -> window.pass(decided.get()));
        return Optional.empty();
    }

    /** Folds an accepted usage in the documents that have not passed it; the organization's month last, since rating reads it. */
    private Optional<Rejection> fold(AccumulatedUsage usage, OpenOrganization month, Standing standing) {
        RatedChanges changes;
        try {
            changes = RatedChanges.of(usage, plans.apply(usage.pin().plan()), month.totals());
        } catch (MeteringException e) {
            if (!standing.untouched()) {
                throw new IllegalStateException("position " + usage.position() + " of " + organizationId
                        + " was folded before and cannot be rated now", e);
            }
            return rejected(usage, e.code(), e.getMessage());
        }
        standing.fresh().forEach(window -> window.accept(usage, changes));
        return Optional.empty();
    }

    /** Which of the documents have passed the position, and what they decided. */
    private Standing standing(AccumulatedUsage usage, List<OpenWindow> involved) {
        List<OpenWindow> fresh = new ArrayList<>(involved.size());
        Optional<Rejection> rejection = Optional.empty();
        boolean accepted = false;
        for (OpenWindow window : involved) {
            Watermark watermark = window.watermark();
            if (!watermark.passed(usage.position())) {
                fresh.add(window);
                continue;
            }
            if (watermark.stale(usage.position(), cursor)) {
                throw new StaleBatchException("position " + usage.position() + " of " + organizationId
                        + " was committed up to " + watermark.prunedTo() + ", above the batch's cursor " + cursor);
            }
            if (!fresh.isEmpty() && window instanceof OpenOrganization) {
                throw new IllegalStateException("the " + window.window().unit() + " of " + organizationId
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

    /** Bounds must be deterministic: what would make a document too large rejects the usage. */
    private Optional<Rejection> limit(AccumulatedUsage usage, OpenConsumer consumerMonth, OpenConsumer consumerDay,
            OpenOrganization day, OpenOrganization month) {
        PlanKey key = new PlanKey(usage.origin().resourceId(), plans.apply(usage.pin().plan()).path());
        for (OpenOrganization organization : List.of(day, month)) {
            int added = organization.added(usage.origin().spaceId(), key);
            if (added > 0 && organization.entries() + added > MAX_ENTRIES) {
                return rejected(usage, "too_many_plans", "organization " + organizationId + " has "
                        + organization.entries() + " plan totals in " + organization.window() + ", the limit is "
                        + MAX_ENTRIES);
            }
            Optional<String> currency = organization.currency();
            if (currency.isPresent() && !currency.get().equals(usage.pin().currency())) {
                return rejected(usage, "currency_mismatch", "organization " + organizationId + " is charged in "
                        + currency.get() + " in " + organization.window() + ", the usage in " + usage.pin().currency());
            }
        }
        for (OpenConsumer consumer : List.of(consumerDay, consumerMonth)) {
            if (!consumer.totals().contains(key) && consumer.totals().size() >= MAX_CONSUMER_ENTRIES) {
                return rejected(usage, "too_many_plans", "consumer " + usage.origin().consumerId() + " has "
                        + consumer.totals().size() + " plan totals in " + consumer.window() + ", the limit is "
                        + MAX_CONSUMER_ENTRIES);
            }
        }
        return Optional.empty();
    }

    private static Optional<Rejection> rejected(AccumulatedUsage usage, String code, String reason) {
        return Optional.of(new Rejection(usage.position(), STAGE, code, reason));
    }

    private OpenConsumer open(Consumer consumer, Window window) {
        return consumers.computeIfAbsent(new ConsumerKey(consumer, window),
                key -> new OpenConsumer(consumer, window, consumerDocuments.apply(consumer, window)));
    }

    private OpenOrganization open(Window window) {
        return organizations.computeIfAbsent(window,
                key -> new OpenOrganization(organizationId, window, organizationDocuments.apply(window)));
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
    private record Standing(List<OpenWindow> fresh, Optional<Rejection> rejection, boolean untouched) {
    }
}
