package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.PlanPath;
import io.quipu.reporting.audit.FoldedUsage.Effect;
import io.quipu.reporting.audit.FoldedUsage.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** To which figures of which documents a usage is posted: organization, space, consumer and instance, month, day and hour. */
final class Postings {

    private final List<Posting> postings = new ArrayList<>();
    private final FoldedUsage folded;
    private final Origin origin;
    private final PlanPath path;

    private Postings(FoldedUsage folded) {
        this.folded = folded;
        this.origin = folded.usage().origin();
        this.path = folded.path();
    }

    /**
     * One change of one figure.
     *
     * @param document the document
     * @param figure the figure in it
     * @param change by how much it changes; null when it is no number
     * @param value what it becomes; null when the change is added
     */
    record Posting(DocumentKey document, FigureKey figure, BigDecimal change, Value value) {
    }

    /** The documents that a usage concerns; an event concerns none but by its changes of levels, which are left out. */
    static List<DocumentKey> documents(FoldedUsage folded) {
        if (folded.usage().event() != null) {
            return List.of();
        }
        Postings postings = new Postings(folded);
        List<DocumentKey> documents = new ArrayList<>();
        for (Window window : List.of(folded.month(), folded.day())) {
            documents.add(DocumentKey.organization(window));
            documents.add(postings.consumer(window));
            documents.add(postings.instance(window));
        }
        return documents;
    }

    /** What a usage is posted to, if it counts. */
    static List<Posting> of(FoldedUsage folded) {
        if (folded.usage().event() != null) {
            return List.of();
        }
        Postings postings = new Postings(folded);
        postings.window(folded.month());
        postings.window(folded.day());
        return postings.postings;
    }

    private void window(Window window) {
        DocumentKey organization = DocumentKey.organization(window);
        set(organization, FigureKey.of(Field.ACCOUNT), folded.usage().pin().accountId());
        set(organization, FigureKey.of(Field.CURRENCY), folded.usage().pin().currency());
        totals(organization, null, window);
        totals(organization, origin.spaceId(), window);
        totals(consumer(window), null, window);
        DocumentKey instance = instance(window);
        set(instance, FigureKey.of(Field.PLAN), folded.usage().pin().plan());
        boolean month = window.unit() == Window.Unit.MONTH;
        for (Effect effect : folded.effects()) {
            state(instance, effect.metric(), null, month ? effect.month() : effect.day());
            if (!month) {
                state(instance, effect.metric(), folded.hour(), effect.hour());
                total(organization, new FigureKey(null, origin.resourceId(), path, effect.metric(), folded.hour(), null),
                        effect.hour());
            }
        }
    }

    /** The totals of one scope in one window. */
    private void totals(DocumentKey document, String spaceId, Window window) {
        set(document, new FigureKey(spaceId, origin.resourceId(), path, null, null, Field.PLAN),
                folded.usage().pin().plan());
        for (Effect effect : folded.effects()) {
            total(document, new FigureKey(spaceId, origin.resourceId(), path, effect.metric(), null, null),
                    window.unit() == Window.Unit.MONTH ? effect.month() : effect.day());
        }
    }

    private void total(DocumentKey document, FigureKey place, Step step) {
        postings.add(new Posting(document, place.with(Field.QUANTITY), step.change(), null));
        postings.add(new Posting(document, place.with(Field.COST), step.cost(), null));
    }

    private void state(DocumentKey document, String metric, Integer hour, Step step) {
        postings.add(new Posting(document, new FigureKey(null, null, null, metric, hour, Field.STATE), step.change(),
                step.state()));
    }

    private void set(DocumentKey document, FigureKey figure, String text) {
        postings.add(new Posting(document, figure, null, new Value.Text(text)));
    }

    private DocumentKey consumer(Window window) {
        return DocumentKey.consumer(of(origin), window);
    }

    private DocumentKey instance(Window window) {
        return DocumentKey.instance(of(origin), origin.resourceId(), origin.resourceInstanceId(), path, window);
    }

    private static Consumer of(Origin origin) {
        return new Consumer(origin.organizationId(), origin.spaceId(), origin.consumerId());
    }
}
