package io.quipu.common.totals;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * What the level changes of one metric in one window add up to. All are sums (and the last time a maximum), so they add up over
 * instances, consumers and spaces, in any order.
 *
 * <p>A change δ at time τ of a window that begins at w adds δ to {@code change} and −δ·(τ − w) to {@code area}. With the level
 * that the window opened with, the area under the level from w to a time t that is not before the last change is
 * {@code area + (change + opening)·(t − w)}: each change counts for t − τ.
 *
 * @param change by how much the level has changed in the window
 * @param area the sum of −δ·(τ − w), in level × milliseconds
 * @param costChange by how much the cost per unit of time has changed
 * @param costArea the same of the cost, in cost × milliseconds per unit of time
 * @param last when the last change was, milliseconds since the epoch
 * @param pooledChange how much of the change is of levels whose price is not proportional; null when it is zero
 * @param pooledArea the same of the area; null when it is zero
 */
@JsonSerialize(using = TotalsJson.LevelWriter.class)
@JsonDeserialize(using = TotalsJson.LevelReader.class)
public record LevelSums(BigDecimal change, BigDecimal area, BigDecimal costChange, BigDecimal costArea, long last,
        BigDecimal pooledChange, BigDecimal pooledArea) {

    /** Of no change. */
    public static final LevelSums NONE =
            new LevelSums(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, 0);

    /** Normalizes the numbers. */
    public LevelSums {
        change = Decimals.normalize(change);
        area = Decimals.normalize(area);
        costChange = Decimals.normalize(costChange);
        costArea = Decimals.normalize(costArea);
        pooledChange = absentWhenZero(pooledChange);
        pooledArea = absentWhenZero(pooledArea);
    }

    /** Sums of levels whose price is proportional. */
    public LevelSums(BigDecimal change, BigDecimal area, BigDecimal costChange, BigDecimal costArea, long last) {
        this(change, area, costChange, costArea, last, null, null);
    }

    private static BigDecimal absentWhenZero(BigDecimal number) {
        return number == null || number.signum() == 0 ? null : Decimals.normalize(number);
    }

    private static BigDecimal orZero(BigDecimal number) {
        return number == null ? BigDecimal.ZERO : number;
    }

    /** Whether something of it is pooled. */
    public boolean anyPooled() {
        return pooledChange != null || pooledArea != null;
    }

    /** How much of the change is pooled. */
    public BigDecimal pooled() {
        return orZero(pooledChange);
    }

    /**
     * The sums of one change.
     *
     * @param time when, within the window
     * @param change by how much the level changes
     * @param cost by how much the cost per unit of time changes
     */
    public static LevelSums of(Window window, long time, BigDecimal change, BigDecimal cost) {
        return of(window, time, change, cost, BigDecimal.ZERO);
    }

    /**
     * The sums of one change.
     *
     * @param pooled how much of it is of levels whose price is not proportional
     */
    public static LevelSums of(Window window, long time, BigDecimal change, BigDecimal cost, BigDecimal pooled) {
        if (!window.contains(time)) {
            throw new IllegalArgumentException("time " + time + " is not in " + window);
        }
        BigDecimal since = BigDecimal.valueOf(time - window.from());
        return new LevelSums(change, change.multiply(since).negate(), cost, cost.multiply(since).negate(), time,
                pooled, pooled.multiply(since).negate());
    }

    /** Whether the changes undid each other, each at its own time. */
    public boolean undone() {
        return change.signum() == 0 && area.signum() == 0 && costChange.signum() == 0 && costArea.signum() == 0
                && !anyPooled();
    }

    /** The sums of both. */
    public LevelSums plus(LevelSums other) {
        return new LevelSums(change.add(other.change), area.add(other.area), costChange.add(other.costChange),
                costArea.add(other.costArea), Math.max(last, other.last), pooled().add(other.pooled()),
                orZero(pooledArea).add(orZero(other.pooledArea)));
    }

    /** The sums less those of some of the changes; the last time stays. */
    public LevelSums without(LevelSums part) {
        return plus(new LevelSums(part.change.negate(), part.area.negate(), part.costChange.negate(), part.costArea.negate(),
                0, part.pooled().negate(), orZero(part.pooledArea).negate()));
    }

    /** The sums of the same changes, of a window that begins so many milliseconds earlier. */
    public LevelSums asOf(long earlier) {
        BigDecimal since = BigDecimal.valueOf(earlier);
        return new LevelSums(change, area.subtract(change.multiply(since)), costChange,
                costArea.subtract(costChange.multiply(since)), last, pooledChange,
                orZero(pooledArea).subtract(pooled().multiply(since)));
    }

    /**
     * The area under the level from the window's start to a time, in level × milliseconds. Exact.
     *
     * @param window the window of these sums
     * @param opening the level with which it opened
     * @param time not before {@code last}; what is after the window's end does not count
     */
    public BigDecimal area(Window window, BigDecimal opening, long time) {
        return area(opening, elapsed(window, time));
    }

    /**
     * The same.
     *
     * @param elapsed the milliseconds from the window's start to that time, as {@link #elapsed(Window, long)} says
     */
    public BigDecimal area(BigDecimal opening, BigDecimal elapsed) {
        return area.add(change.add(opening).multiply(elapsed));
    }

    /** The same of the cost per unit of time. */
    public BigDecimal costArea(BigDecimal opening, BigDecimal elapsed) {
        return costArea.add(costChange.add(opening).multiply(elapsed));
    }

    /** The same of the pooled part of the level. */
    public BigDecimal pooledArea(BigDecimal opening, BigDecimal elapsed) {
        return orZero(pooledArea).add(pooled().add(opening).multiply(elapsed));
    }

    /** The milliseconds from a window's start to a time, which counts to the window's end at most; zero when it is earlier. */
    public static BigDecimal elapsed(Window window, long time) {
        return BigDecimal.valueOf(Math.max(0, Math.min(time, window.to()) - window.from()));
    }
}
