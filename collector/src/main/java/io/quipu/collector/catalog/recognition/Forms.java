package io.quipu.collector.catalog.recognition;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The functions that are recognized: those of the plans that Abacus came with, in the styles in which they were written over its life.
 * How to read a form says {@link Form}; spaces, brackets around the whole, names and the order of members do not matter.
 */
final class Forms {

    private static final Pattern HOLE = Pattern.compile("\\$[A-Z]");

    /** One measure. */
    private static final String A = "‹m.$A¦(m.$A || 0)›";
    private static final String BIG_A = "new BigNumber(‹m.$A¦m.$A || 0›)";
    private static final String BIG_C = "new BigNumber(‹m.$C¦m.$C || 0›)";
    private static final String B = "‹m.$B¦m.$B || 0›";
    private static final String D = "‹m.$D¦m.$D || 0›";

    /** Whether the usage ended outside of the window; it never does where formulas are offered one. */
    private static final String OUT = "‹end < from || end >= to¦end >= to || end < from›";

    /** What a window held, or a total, when there is one. */
    private static final String OLD = "‹a¦a || 0¦a ? a : 0›";
    private static final String OLD_TERM = "‹a¦(a || 0)›";
    private static final String QUANTITY = "‹qty¦qty || 0¦qty ? qty : 0›";
    private static final String QUANTITY_TERM = "‹qty¦(qty || 0)›";
    private static final String NOW = "‹curr¦curr || 0›";
    private static final String NOW_TERM = "‹curr¦(curr || 0)›";
    private static final String BEFORE = "‹prev¦prev || 0¦prev ? prev : 0›";
    private static final String BEFORE_TERM = "‹prev¦(prev || 0)›";
    private static final String SUM = "‹new BigNumber(" + OLD + ").add(" + QUANTITY + ").toNumber()"
            + "¦new BigNumber(" + QUANTITY + ").add(" + OLD + ").toNumber()"
            + "¦" + OLD_TERM + " + " + QUANTITY_TERM + "¦" + QUANTITY_TERM + " + " + OLD_TERM + "›";
    private static final String MAX = "‹Math.max(" + OLD + ", " + QUANTITY + ")¦Math.max(" + QUANTITY + ", " + OLD + ")›";

    private static final String ACCUMULATE = "a, qty, start, end, from, to, cell";
    private static final String AGGREGATE = "a, prev, curr, total, accumulated";
    private static final String SUMMARIZE = "t, qty, from, to";
    private static final String RATE = "price, qty";
    private static final String CHARGE = "t, cost, from, to";

    /** What makes a quantity of measures, and the expression that it is. */
    static final List<Meter> METERS = List.of(
            new Meter(Form.of("m", "‹" + A + "¦m.$A ? m.$A : 0¦m.$A || 0¦" + BIG_A + ".toNumber()›"), "$A"),
            new Meter(Form.of("m", "‹" + A + " / $K¦" + BIG_A + ".div($K).toNumber()›"), "$A / $K"),
            new Meter(Form.of("m", "‹" + A + " * $K¦" + BIG_A + ".mul($K).toNumber()›"), "$A * $K"),
            new Meter(Form.of("m", "‹" + A + " / $K / $L¦" + BIG_A + ".div($K).div($L).toNumber()›"), "$A / $K / $L"),
            new Meter(Form.of("m", "‹" + A + " / $K / $L / $M¦" + BIG_A + ".div($K).div($L).div($M).toNumber()›"),
                    "$A / $K / $L / $M"),
            new Meter(Form.of("m", "‹" + A + " / ($K * $L * $M)¦" + BIG_A + ".div($K * $L * $M).toNumber()›"),
                    "$A / ($K * $L * $M)"));

    /** What adds quantities up in a window, and the name of the built-in function. */
    static final Map<String, Form> ACCUMULATES = Map.of("sum", accumulate(SUM), "max", accumulate(MAX));

    /** Total + current − previous. */
    static final Form DIFFERENCE = Form.of(AGGREGATE, "‹new BigNumber(" + OLD + ")‹.add(" + NOW + ").sub(" + BEFORE + ")¦.sub("
            + BEFORE + ").add(" + NOW + ")›.toNumber()¦" + OLD_TERM + " ‹+ " + NOW_TERM + " - " + BEFORE_TERM + "¦- " + BEFORE_TERM
            + " + " + NOW_TERM + "››");

    /** The quantity as it is. */
    static final Form QUANTITY_ITSELF = Form.of(SUMMARIZE, QUANTITY);

    /**
     * What a container, or anything else that runs, uses from the usage on, and the expression of its level; beside it, what was used
     * before, below zero. An instance's timeline knows that.
     */
    static final List<Meter> LEVELS = List.of(
            level(".div($K).mul(", ")", " / $K * ", "", "$A / $K * $B"),
            level(".mul(", ").div($K)", " * ", " / $K", "$A * $B / $K"),
            level(".mul(", ")", " * ", "", "$A * $B"),
            level(".div($K)", "", " / $K", "", "$A / $K"),
            level("", "", "", "", "$A"));

    /**
     * The symmetrical formula over time: each step of the level counts with the distances to both ends of the window; members {@code
     * consumed}, {@code consuming} and {@code since}.
     */
    static final Form LEVEL_ACCUMULATE = Form.of(ACCUMULATE, "‹" + guard(OUT, "null") + "¦›" + distances("start") + "return {"
            + "consumed: " + steps() + ", consuming: " + latest("a.consuming", "qty.consuming") + ", since: "
            + latest("a.since", "start") + "}");

    /** Both sums change by what one instance's did. */
    static final Form LEVEL_AGGREGATE = Form.of(AGGREGATE, "‹"
            + "‹" + guard("!curr", "a") + "¦›‹" + change("consuming") + change("consumed") + "¦" + change("consumed")
            + change("consuming") + "›return { consumed: _consumed.add(" + had("a", "consumed")
            + ").toNumber(), consuming: _consuming.add(" + had("a", "consuming") + ").toNumber() }"
            + "¦‹" + guard("!curr", "a") + "return¦!curr ? a :¦›{ consumed: " + total("consumed") + ", consuming: "
            + total("consuming") + " }"
            + "¦curr ? { consumed: " + total("consumed") + ", consuming: " + total("consuming") + " } : a›");

    /** What the level comes to until then, in hours. */
    static final Form LEVEL_SUMMARIZE = Form.of(SUMMARIZE, until("qty", ""));

    /** Nothing is multiplied before it is charged. */
    static final Form LEVEL_RATE = Form.of(RATE, "‹" + priced() + "¦price ? " + priced() + " : 0¦qty ? " + priced() + " : 0¦"
            + "price && qty ? " + priced() + " : 0¦!price ? 0 : " + priced() + "¦" + guard("!price", "0") + "return " + priced()
            + "¦" + guard("!qty", "0") + "return " + priced() + "›");

    /** What the level comes to until then, in hours, times the price. */
    static final Form LEVEL_CHARGE = Form.of(CHARGE, until("cost", "cost.price"));

    /** Price × quantity. */
    static final Form PRODUCT = Form.of(RATE, "‹‹price¦(price || 0)› * " + QUANTITY_TERM + "¦" + QUANTITY_TERM
            + " * ‹price¦(price || 0)›¦new BigNumber(‹price¦price || 0›).mul(" + QUANTITY + ").toNumber()"
            + "¦new BigNumber(" + QUANTITY + ").mul(‹price¦price || 0›).toNumber()›");

    /** The cost as it is. */
    static final Form COST_ITSELF = Form.of(CHARGE, "‹cost¦cost || 0¦cost ? cost : 0›");

    private Forms() {
    }

    /**
     * A form of a meter.
     *
     * @param form what it looks like
     * @param expression what it meters, over the form's holes
     */
    record Meter(Form form, String expression) {

        /** The metering expression that a function is; empty when it does not have the form. */
        Optional<String> expression(List<String> tokens) {
            return form.match(tokens).map(holes -> HOLE.matcher(expression)
                    .replaceAll(hole -> Matcher.quoteReplacement(holes.get(hole.group()))));
        }
    }

    private static Form accumulate(String sum) {
        return Form.of(ACCUMULATE, "‹" + OUT + " ? null : " + sum + "¦" + guard(OUT, "null") + "return " + sum + "¦" + sum + "›");
    }

    /** A statement that returns early; its curly brackets may be there or not. */
    private static String guard(String condition, String result) {
        return "‹if (" + condition + ") return " + result + "¦if (" + condition + ") { return " + result + " }› ";
    }

    /**
     * A level of one measure, or of two when the expression names a second one.
     *
     * @param method what stands between them, and {@code last} behind, where they are BigNumbers
     * @param operator what stands between them, and {@code end} behind, where they are numbers
     */
    private static Meter level(String method, String last, String operator, String end, String expression) {
        boolean two = expression.contains("$B");
        String consuming = operator.isEmpty() ? "‹m.$A¦m.$A || 0›"
                : A + operator + (two ? "‹m.$B¦(m.$B || 0)›" : "") + end;
        String previous = "‹m.$C¦(m.$C || 0)›" + operator + (two ? "‹m.$D¦(m.$D || 0)›" : "") + end;
        return new Meter(Form.of("m", "{ consuming: ‹" + BIG_A + method + (two ? B : "") + last + ".toNumber()¦" + consuming + "¦("
                + consuming + ")›, previous_consuming: ‹" + BIG_C + method + (two ? D : "") + last
                + "‹.mul(-1)¦.neg()›.toNumber()¦-(" + previous + ")¦-" + previous + "¦0 - " + previous + "¦-1 * " + previous
                + "¦" + previous + " * -1› }"), expression);
    }

    /** Named {@code _td}: from a time to both ends of the window. */
    private static String distances(String time) {
        String past = "from - " + time;
        String future = "to - " + time;
        return "‹const _past = " + past + " const _future = " + future + " const _td = ‹_past + _future¦_future + _past›"
                + "¦const _td = ‹" + past + "¦(" + past + ")› + ‹" + future + "¦(" + future + ")›"
                + "¦const _td = from + to - 2 * " + time + "›";
    }

    private static String steps() {
        String old = "‹a.consumed || 0¦a ? a.consumed : 0¦a && a.consumed ? a.consumed : 0¦a && a.consumed || 0›";
        String big = "new BigNumber(qty.consuming)";
        String before = "new BigNumber(‹qty.previous_consuming¦qty.previous_consuming || 0›)";
        String step = "‹qty.consuming + qty.previous_consuming¦qty.consuming + (qty.previous_consuming || 0)›";
        return "‹" + big + ".mul(_td).add(" + before + ".mul(_td)).add(" + old + ").toNumber()"
                + "¦" + big + ".add(qty.previous_consuming).mul(_td).add(" + old + ").toNumber()"
                + "¦new BigNumber(" + old + ").add(" + big + ".mul(_td)).add(" + before + ".mul(_td)).toNumber()"
                + "¦new BigNumber(" + old + ").add(" + big + ".add(qty.previous_consuming).mul(_td)).toNumber()"
                + "¦(" + old + ") + (" + step + ") * _td¦(" + step + ") * _td + (" + old + ")›";
    }

    /** One or the other, by which began last. */
    private static String latest(String old, String new_) {
        return "‹‹a && a.since > start¦a.since > start¦(a.since || 0) > start› ? " + old + " : " + new_ + "›";
    }

    private static String had(String object, String member) {
        return "‹" + object + " ? " + object + "." + member + " : 0¦" + object + "." + member + " || 0¦" + object + " && " + object
                + "." + member + " || 0›";
    }

    private static String change(String member) {
        return "const _" + member + " = new BigNumber(curr." + member + ").sub(" + had("prev", member) + ") ";
    }

    private static String total(String member) {
        return "‹new BigNumber(curr." + member + ").sub(" + had("prev", member) + ").add(" + had("a", member) + ").toNumber()"
                + "¦new BigNumber(" + had("a", member) + ").add(curr." + member + ").sub(" + had("prev", member) + ").toNumber()"
                + "¦(" + had("a", member) + ") + curr." + member + " - (" + had("prev", member) + ")›";
    }

    private static String priced() {
        return "{ consumed: ‹qty.consumed¦qty ? qty.consumed : 0¦qty.consumed || 0›, consuming: "
                + "‹qty.consuming¦qty ? qty.consuming : 0¦qty.consuming || 0›, price: ‹price¦price || 0› }";
    }

    /** What is in an object comes to until t, or to the window's end, in hours; times a factor. */
    private static String until(String object, String factor) {
        String times = factor.isEmpty() ? "" : ".mul(‹" + factor + "¦" + factor + " || 0›)";
        String product = factor.isEmpty() ? "" : " * ‹" + factor + "¦(" + factor + " || 0)›";
        String consumed = "new BigNumber(" + object + ".consumed)";
        String consuming = "new BigNumber(" + object + ".consuming)";
        String hours = "‹.div(2).div(3600000)" + times + "¦.div(7200000)" + times
                + (factor.isEmpty() ? "" : "¦" + times + ".div(2).div(3600000)") + "›.toNumber()";
        return "‹" + guard("!" + object, "0") + "¦›const _rt = Math.min(t, ‹to¦to ? to : t›) " + distances("_rt")
                + "‹const _run = " + consuming + ".mul(-1).mul(_td).toNumber() return " + consumed + ".add(_run)" + hours
                + "¦const _run = " + consuming + ".mul(_td).toNumber() return " + consumed + ".sub(_run)" + hours
                + "¦return " + consumed + ".sub(" + consuming + ".mul(_td))" + hours
                + "¦return " + consumed + ".add(" + consuming + ".mul(-1).mul(_td))" + hours
                + "¦return (" + object + ".consumed - " + object + ".consuming * _td) ‹/ 2 / 3600000¦/ 7200000›" + product + "›";
    }
}
