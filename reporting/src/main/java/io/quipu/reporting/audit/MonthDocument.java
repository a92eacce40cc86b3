package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import io.quipu.common.usage.Position;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One document: its figures as they are stored, and as the log adds up to. Mutable. */
final class MonthDocument {

    private final DocumentKey key;
    private final boolean stored;
    private final long watermark;
    private final long through;
    private final Map<FigureKey, Figure> figures = new HashMap<>();
    private final Set<FigureKey> levels = new HashSet<>();
    private long passed = Position.NONE;

    private MonthDocument(DocumentKey key, boolean stored, long watermark, long due) {
        this.key = key;
        this.stored = stored;
        this.watermark = watermark;
        this.through = Math.max(watermark, due);
    }

    /**
     * A document that was read.
     *
     * @param due the position that it must have come to
     */
    static MonthDocument stored(DocumentKey key, long watermark, long due) {
        return new MonthDocument(key, true, watermark, due);
    }

    /** A document that was not found. */
    static MonthDocument missing(DocumentKey key, long due) {
        return new MonthDocument(key, false, Position.NONE, due);
    }

    DocumentKey key() {
        return key;
    }

    boolean isStored() {
        return stored;
    }

    long watermark() {
        return watermark;
    }

    /** The last position that it should have passed. */
    long passed() {
        return passed;
    }

    /** Up to which position it must hold all usage that concerns it: its own watermark, or what it must have come to. */
    long through() {
        return through;
    }

    Map<FigureKey, Figure> figures() {
        return figures;
    }

    void store(FigureKey figure, Value value) {
        figure(figure).store(value);
    }

    void pass(long position) {
        passed = position;
    }

    void add(FigureKey figure, BigDecimal amount) {
        figure(figure).add(amount);
    }

    void set(FigureKey figure, Value value) {
        Figure changed = figure(figure);
        if (figure.field() == Field.PLAN && figure.spaceId() != null && changed.audited() == null) {
            add(new FigureKey(figure.spaceId(), null, null, null, null, Field.PLANS), BigDecimal.ONE);
        }
        changed.set(value);
    }

    /** Notes that a plan has changes of levels in it: they may be due to usage of any month. */
    void level(FigureKey plan) {
        levels.add(plan);
    }

    /** Whether it has changes of levels in it. */
    boolean hasLevels() {
        return !levels.isEmpty();
    }

    /** Whether a figure may be due to changes of levels, which are not recomputed. */
    boolean leftOut(FigureKey figure) {
        return hasLevels() && switch (figure.field()) {
            case ACCOUNT, CURRENCY, PLANS -> true;
            case PLAN -> levels.contains(figure);
            default -> false;
        };
    }

    private Figure figure(FigureKey figure) {
        return figures.computeIfAbsent(figure, f -> new Figure());
    }
}
