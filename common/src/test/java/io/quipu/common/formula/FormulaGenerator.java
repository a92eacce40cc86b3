package io.quipu.common.formula;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Writes random formulas that binary floating point computes exactly, or nearly so where nothing is decided by it: an exact operand is
 * made of small quarters, divided by powers of two only; an inexact one is only added, multiplied and returned.
 *
 * <p>Behind a divisor stands {@link #POSITIVE}: nothing for the language, and for JavaScript what turns its negative zero into zero.
 */
final class FormulaGenerator {

    static final String POSITIVE = "\u00a70";

    private final Random random;
    private final Map<String, Integer> coverage;
    private final List<String> numbers = new ArrayList<>();
    private final List<String> inexactNumbers = new ArrayList<>();
    private final List<String> objects = new ArrayList<>();
    private final List<String> helpers = new ArrayList<>();
    private int names;

    FormulaGenerator(Random random, Map<String, Integer> coverage) {
        this.random = random;
        this.coverage = coverage;
    }

    /** A function of (m, q, r): an object with a, b, o and others, a number, and anything. */
    String formula() {
        numbers.addAll(List.of("q", "m.a", "m.b", "m.o.x"));
        objects.addAll(List.of("m", "m.o"));
        String parameters = "(m, q, r)";
        if (random.nextInt(6) == 0) {
            count("destructuring");
            parameters = "({a, o: inner, b}, q, r)";
            numbers.clear();
            objects.clear();
            numbers.addAll(List.of("a", "b", "q", "inner.x"));
            objects.add("inner");
        }
        if (random.nextInt(3) == 0) {
            count("arrow of an expression");
            String result = result();
            return parameters + " => " + (result.startsWith("{") ? "(" + result + ")" : result);
        }
        if (random.nextInt(2) == 0) {
            count("arrow of a block");
            return "(" + parameters + " => " + block(3) + ")";
        }
        count("function");
        return "(function " + (random.nextBoolean() ? "named" : "") + parameters + " " + block(3) + ")";
    }

    private String block(int depth) {
        return scoped(() -> statements(depth));
    }

    /** What declares names for itself only. */
    private String scoped(Supplier<String> text) {
        List<List<String>> all = List.of(numbers, inexactNumbers, objects, helpers);
        int[] sizes = all.stream().mapToInt(List::size).toArray();
        String written = text.get();
        for (int i = 0; i < sizes.length; i++) {
            all.get(i).subList(sizes[i], all.get(i).size()).clear();
        }
        return written;
    }

    private String statements(int depth) {
        StringBuilder block = new StringBuilder("{");
        for (int n = random.nextInt(4); n > 0; n--) {
            block.append(random.nextInt(4) == 0 ? "\n// a comment; {\n" : " ").append(statement(depth));
        }
        if (random.nextInt(12) > 0) {
            block.append(" return ").append(result()).append(random.nextBoolean() ? ";" : "\n");
        } else {
            count("no return");
        }
        return block.append('}').toString();
    }

    private String statement(int depth) {
        switch (random.nextInt(depth == 0 ? 5 : 8)) {
            case 0: {
                count("number by " + (random.nextBoolean() ? "const" : "let or var"));
                String value = number(2, true);
                return pick("const", "let", "var") + " " + name(numbers) + " = " + value + ";";
            }
            case 1: {
                count("inexact number by name");
                String value = number(2, false);
                return "const " + name(inexactNumbers) + " = " + value + "\n";
            }
            case 2: {
                count("object by name");
                String value = object(2);
                return "const " + name(objects) + " = " + value + ";";
            }
            case 3:
                return helper();
            case 4:
                count("let without a value");
                return "let " + name(numbers) + ";";
            case 5:
                count("if");
                return "if (" + bool(2) + ") " + block(depth - 1) + "\n";
            case 6:
                count("else if");
                return "if (" + bool(2) + ") " + block(depth - 1) + " else if (" + number(1, true) + ") return " + result()
                        + "; else " + block(depth - 1) + "\n";
            default:
                count("nested block");
                return scoped(() -> "{ " + statement(depth - 1) + " /* } */ ; }");
        }
    }

    private String helper() {
        String x = "x" + names++;
        String y = "y" + names++;
        numbers.add(x);
        numbers.add(y);
        String body;
        if (random.nextBoolean()) {
            count("helper of an expression");
            body = "(" + x + ", " + y + ") => " + number(2, true);
        } else {
            count("helper of a block");
            body = pick("function (" + x + ", " + y + ") ", "(" + x + ", " + y + ") => ") + "{ if (" + bool(1) + ") return "
                    + number(1, true) + "; return " + number(2, true) + "; }";
        }
        numbers.remove(x);
        numbers.remove(y);
        return "const " + name(helpers) + " = " + body + ";";
    }

    private String name(List<String> list) {
        String name = "v" + names++;
        list.add(name);
        return name;
    }

    private String result() {
        switch (random.nextInt(10)) {
            case 0:
                count("boolean result");
                return bool(3);
            case 1, 2, 3:
                count("object result");
                return object(3);
            case 4:
                count("null or undefined result");
                return bool(2) + " ? " + number(2, true) + " : " + pick("null", "undefined", "r");
            case 5, 6:
                count("inexact result");
                return number(4, false);
            default:
                count("exact result");
                return number(4, true);
        }
    }

    private String object(int depth) {
        if (depth == 0 || random.nextInt(5) == 0) {
            return objects.isEmpty() || random.nextBoolean() ? "({x: 1.5})" : any(objects);
        }
        count("object");
        return "({a: " + number(depth - 1, true) + ", 'b': " + number(depth - 1, false) + ", \"c d\": " + bool(depth - 1)
                + (random.nextInt(3) > 0 ? "" : ", q") + (random.nextInt(3) > 0 ? "" : ", o: " + object(depth - 1))
                + (random.nextInt(3) > 0 ? "" : ", u: undefined") + (random.nextInt(3) > 0 ? "})" : ", n: null,})");
    }

    private String bool(int depth) {
        if (depth == 0) {
            return pick("true", "false", "m.flag", "q > 3").replace("m.", objects.contains("m") ? "m." : "inner.");
        }
        switch (random.nextInt(8)) {
            case 0:
                count("!");
                return "!(" + (random.nextBoolean() ? bool(depth - 1) : number(depth - 1, true)) + ")";
            case 1:
                count("&& of conditions");
                return bool(depth - 1) + " && " + bool(depth - 1);
            case 2:
                count("|| of conditions");
                return bool(depth - 1) + " || " + bool(depth - 1);
            case 3:
                return counted("undefined member compared", any(objects) + ".gone " + pick("===", "!==", "==", "!=") + " "
                        + pick("undefined", "null"));
            case 4:
                return counted("object compared", object(1) + pick(" === ", " == ", " != ", " < ", " >= ")
                        + pick("null", "undefined", number(1, true)));
            case 5:
                return counted("test method", "(" + number(depth - 1, true) + ")." + pick("isZero", "isNegative", "isNaN", "isFinite") + "()");
            case 6: {
                String method = pick("eq", "equals", "gt", "gte", "lt", "lte", "greaterThan", "lessThanOrEqualTo");
                return counted(method, "(" + number(depth - 1, true) + ")." + method + "(" + number(depth - 1, true) + ")");
            }
            default: {
                String operator = pick("<", "<=", ">", ">=", "===", "!==", "==", "!=");
                return counted(operator, number(depth - 1, true) + " " + operator + " " + number(depth - 1, true));
            }
        }
    }

    private String number(int depth, boolean exact) {
        if (depth == 0) {
            return leaf(exact);
        }
        switch (random.nextInt(18)) {
            case 0:
                return leaf(exact);
            case 1, 2: {
                String operator = pick("+", "-");
                return counted(operator, loose(number(depth - 1, exact) + " " + operator + " " + number(depth - 1, exact)));
            }
            case 3:
                return counted("*", loose(number(depth - 1, exact) + " * " + pick("2", "-3", "0.5", "0", leaf(exact))));
            case 4:
                return exact ? counted("/", loose(number(depth - 1, true) + " / (" + pick("2", "-4", "0.5", "0", "null", any(objects)) + ")"))
                        : counted("/ inexact", loose(number(depth - 1, false) + " / ((" + number(depth - 1, true) + ")" + POSITIVE + ")"));
            case 5:
                return counted("%", "((" + number(depth - 1, true) + ") % (" + number(depth - 1, true) + "))");
            case 6:
                return counted("sign", pick("-", "+", "- -", "-+") + "(" + number(depth - 1, exact) + ")");
            case 7: {
                String function = pick("min", "max");
                return counted("Math." + function, "Math." + function + "(" + number(depth - 1, exact) + ", " + number(depth - 1, exact)
                        + (random.nextBoolean() ? ")" : ", " + number(depth - 1, exact) + ")"));
            }
            case 8: {
                String function = pick("floor", "ceil", "round", "abs");
                return counted("Math." + function, "Math." + function + "(" + number(depth - 1, true) + ")");
            }
            case 9:
                return counted("condition", "(" + bool(depth - 1) + " ? " + number(depth - 1, exact) + " : " + number(depth - 1, exact) + ")");
            case 10, 11: {
                String operator = pick("||", "&&");
                String value = number(depth - 1, true) + " " + operator + " " + number(depth - 1, exact);
                return counted(operator, exact ? loose(value) : "((" + number(depth - 1, true) + ") " + operator + " " + number(depth - 1, false) + ")");
            }
            case 12:
                return counted("BigNumber", pick("new BigNumber(", "BigNumber(") + number(depth - 1, exact) + ")");
            case 13: {
                String method = pick("plus", "add", "minus", "sub", "cmp");
                boolean precise = exact || method.equals("cmp");
                return counted(method, "(" + number(depth - 1, precise) + ")." + method + "(" + number(depth - 1, precise) + ")");
            }
            case 14: {
                String method = pick("floor()", "ceil()", "round()", "round(1)", "abs()", "neg()", "negated()", "toNumber()", "times(2)", "mul(-0.5)",
                        "div(4)", "dividedBy(0)");
                return counted(method, "new BigNumber(" + number(depth - 1, true) + ")." + method);
            }
            case 15:
                if (!helpers.isEmpty()) {
                    return counted("call of a helper", any(helpers) + "(" + number(depth - 1, true) + pick(")", ", " + number(depth - 1, true) + ")"));
                }
                return leaf(exact);
            case 16:
                return counted("member of an object", "({x: " + number(depth - 1, exact) + ", y: " + bool(depth - 1) + "})." + pick("x", "x", "z"));
            default: {
                String function = pick("min", "max");
                return counted("BigNumber." + function, "BigNumber." + function + "(" + number(depth - 1, exact) + ", " + number(depth - 1, exact) + ")");
            }
        }
    }

    private String leaf(boolean exact) {
        switch (random.nextInt(20)) {
            case 0:
                return counted("odd operand", pick("undefined", "null", "true", "false", "r"));
            case 1:
                return counted("absent member", "(" + any(objects) + ".gone || " + random.nextInt(3) + ")");
            case 2:
                return counted("member of an absent member", any(objects) + pick(".gone", ".nothing") + ".x");
            case 3:
                return counted("object as number", "(" + pick("{x: 1}", any(objects)) + " * 2)");
            case 4, 5, 6, 7, 8:
                return counted("literal", exact || random.nextBoolean() ? random.nextInt(20) + pick("", ".25", ".5", ".75", ".0")
                        : pick("0.1", "3.03", "1e2", ".7", "2.5e-1"));
            case 9:
                if (!exact && !inexactNumbers.isEmpty()) {
                    return counted("inexact name", any(inexactNumbers));
                }
                return any(numbers);
            default:
                return counted("name", any(numbers));
        }
    }

    /** As it is, or in parentheses: where one is left out, both parsers must see the same. */
    private String loose(String text) {
        return random.nextInt(3) == 0 ? text : "(" + text + ")";
    }

    private String counted(String construct, String text) {
        count(construct);
        return text;
    }

    private void count(String construct) {
        coverage.merge(construct, 1, Integer::sum);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }

    static Map<String, Integer> coverage() {
        return new TreeMap<>();
    }
}
