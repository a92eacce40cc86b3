package io.quipu.common.formula;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Compiles what has a value. For one source text. */
final class OperandCompiler {

    /** How strongly an operator binds. */
    private static final Map<String, Integer> STRENGTHS = Map.ofEntries(Map.entry("||", 1), Map.entry("&&", 2),
            Map.entry("==", 3), Map.entry("!=", 3), Map.entry("===", 3), Map.entry("!==", 3),
            Map.entry("<", 4), Map.entry(">", 4), Map.entry("<=", 4), Map.entry(">=", 4),
            Map.entry("+", 5), Map.entry("-", 5), Map.entry("*", 6), Map.entry("/", 6), Map.entry("%", 6));

    private static final Map<String, UnaryOperator<Object>> MATH = Map.of("abs", Numbers::absolute,
            "floor", Numbers::floor, "ceil", Numbers::ceil, "round", Numbers::round);

    private final Tokens tokens;
    private final Ledger ledger;
    private final FunctionCompiler functions;

    OperandCompiler(Tokens tokens, Ledger ledger, FunctionCompiler functions) {
        this.tokens = tokens;
        this.ledger = ledger;
        this.functions = functions;
    }

    /** The expression at the next token. */
    Operand operand(Scope scope) {
        ledger.enter();
        if (tokens.atFunction()) {
            throw tokens.refusal(tokens.peek(), "a function may only be the whole formula, or named by const");
        }
        Operand operand = operation(scope, 0);
        if (tokens.take("?")) {
            Operand then = operand(scope);
            tokens.expect(":");
            operand = choice(operand, then, operand(scope));
        }
        ledger.leave();
        return operand;
    }

    /** One or the other, by the truth of a condition. */
    Operand choice(Operand condition, Operand then, Operand otherwise) {
        Node test = condition.node();
        Node yes = then.node();
        Node no = otherwise.node();
        return ledger.operand(locals -> Values.truthy(test.value(locals)) ? yes.value(locals) : no.value(locals),
                then.parameters() | otherwise.parameters(), condition, then, otherwise);
    }

    private Operand operation(Scope scope, int above) {
        Operand left = signed(scope);
        while (true) {
            Token operator = tokens.peek();
            int strength = operator.kind() == Token.Kind.SYMBOL ? STRENGTHS.getOrDefault(operator.text(), 0) : 0;
            if (strength <= above) {
                return left;
            }
            tokens.take();
            left = operation(operator.text(), left, operation(scope, strength));
        }
    }

    private Operand operation(String operator, Operand left, Operand right) {
        Node a = left.node();
        Node b = right.node();
        int either = left.parameters() | right.parameters();
        return switch (operator) {
            case "||" -> ledger.operand(locals -> {
                Object value = a.value(locals);
                return Values.truthy(value) ? value : b.value(locals);
            }, either, left, right);
            case "&&" -> ledger.operand(locals -> {
                Object value = a.value(locals);
                return Values.truthy(value) ? b.value(locals) : value;
            }, either, left, right);
            case "===" -> ledger.operand(locals -> Values.same(a.value(locals), b.value(locals)), left, right);
            case "!==" -> ledger.operand(locals -> !Values.same(a.value(locals), b.value(locals)), left, right);
            case "==" -> ledger.operand(locals -> Values.equal(a.value(locals), b.value(locals)), left, right);
            case "!=" -> ledger.operand(locals -> !Values.equal(a.value(locals), b.value(locals)), left, right);
            case "<" -> ledger.operand(locals -> order(a, b, locals) < 0, left, right);
            case "<=" -> ledger.operand(locals -> order(a, b, locals) <= 0, left, right);
            case ">" -> ledger.operand(locals -> order(a, b, locals) == 1, left, right);
            case ">=" -> ledger.operand(locals -> {
                int order = order(a, b, locals);
                return order == 0 || order == 1;
            }, left, right);
            case "+" -> ledger.operand(locals -> Numbers.sum(a.value(locals), b.value(locals)), left, right);
            case "-" -> numeric(Numbers::subtract, left, right);
            case "*" -> numeric(Numbers::multiply, left, right);
            case "/" -> numeric(Numbers::divide, left, right);
            default -> numeric(Numbers::remainder, left, right);
        };
    }

    private static int order(Node a, Node b, Object[] locals) {
        // both values before either becomes a number, as in JavaScript
        Object left = a.value(locals);
        Object right = b.value(locals);
        return Numbers.compare(Numbers.of(left), Numbers.of(right));
    }

    private Operand numeric(BinaryOperator<Object> operator, Operand left, Operand right) {
        Node a = left.node();
        Node b = right.node();
        return ledger.operand(locals -> operator.apply(Numbers.of(a.value(locals)), Numbers.of(b.value(locals))), left, right);
    }

    private Operand numeric(UnaryOperator<Object> operator, Operand operand) {
        Node node = operand.node();
        return ledger.operand(locals -> operator.apply(Numbers.of(node.value(locals))), operand);
    }

    private Operand signed(Scope scope) {
        boolean minus = tokens.peek().is("-");
        boolean not = tokens.peek().is("!");
        if (!minus && !not && !tokens.peek().is("+")) {
            return read(scope);
        }
        tokens.take();
        ledger.enter();
        Operand operand = signed(scope);
        ledger.leave();
        if (not) {
            Node node = operand.node();
            return ledger.operand(locals -> !Values.truthy(node.value(locals)), operand);
        }
        return numeric(minus ? Numbers::negate : UnaryOperator.identity(), operand);
    }

    /** A value, and what is read off it. */
    private Operand read(Scope scope) {
        Operand operand = primary(scope);
        while (tokens.take(".")) {
            Token name = word();
            if (tokens.peek().is("(")) {
                operand = method(operand, name, arguments(scope));
            } else {
                operand = member(operand, name);
            }
        }
        if (tokens.peek().is("(")) {
            throw tokens.refusal(tokens.peek(), "a call of what is no function of the language");
        }
        return operand;
    }

    /** The member of that name. */
    Operand member(Operand object, Token name) {
        checkMember(name);
        String member = name.text();
        ledger.noteMember(object.parameters(), member);
        Place place = tokens.place(name);
        Node node = object.node();
        return ledger.operand(locals -> Values.member(node.value(locals), member, place), object);
    }

    private Token word() {
        Token word = tokens.take();
        if (word.kind() != Token.Kind.WORD) {
            throw tokens.unexpected(word);
        }
        return word;
    }

    private void checkMember(Token name) {
        if (Words.inherited(name.text())) {
            throw tokens.refusal(name, name.text() + " is not part of the language");
        }
    }

    private Operand method(Operand object, Token name, List<Operand> arguments) {
        BigNumbers.Method method = BigNumbers.method(name.text());
        if (method == null) {
            throw tokens.refusal(name, "no such method: " + name.text() + ", but " + BigNumbers.names());
        }
        checkCount(name, arguments, method.minArguments(), method.maxArguments());
        BinaryOperator<Object> result = method.result();
        Node node = object.node();
        if (arguments.isEmpty()) {
            return ledger.operand(locals -> result.apply(BigNumbers.of(node.value(locals)), Absent.UNDEFINED), object);
        }
        Node argument = arguments.get(0).node();
        return ledger.operand(locals -> result.apply(BigNumbers.of(node.value(locals)), argument.value(locals)),
                object, arguments.get(0));
    }

    private void checkCount(Token name, List<Operand> arguments, int min, int max) {
        if (arguments.size() < min || arguments.size() > max) {
            throw tokens.refusal(name, name.text() + " takes " + (min == max ? min : min + " to " + max)
                    + (max == 1 ? " argument" : " arguments") + ", not " + arguments.size());
        }
    }

    private List<Operand> arguments(Scope scope) {
        List<Operand> arguments = new ArrayList<>();
        tokens.expect("(");
        if (!tokens.peek().is(")")) {
            do {
                arguments.add(operand(scope));
            } while (tokens.take(","));
        }
        tokens.expect(")");
        return arguments;
    }

    private Operand primary(Scope scope) {
        Token token = tokens.peek();
        if (token.is("{")) {
            return object(scope);
        }
        tokens.take();
        if (token.kind() == Token.Kind.NUMBER) {
            return constant(token.number());
        }
        if (token.is("(")) {
            Operand operand = operand(scope);
            tokens.expect(")");
            return operand;
        }
        if (token.is("/")) {
            throw tokens.refusal(token, "a regular expression is not part of the language");
        }
        if (token.kind() != Token.Kind.WORD) {
            throw tokens.unexpected(token);
        }
        return switch (token.text()) {
            case "true" -> constant(true);
            case "false" -> constant(false);
            case "null" -> constant(Absent.NULL);
            case "undefined" -> constant(Absent.UNDEFINED);
            case "Math" -> math(token, scope);
            case "BigNumber" -> bigNumber(token, scope);
            case "new" -> newBigNumber(token, scope);
            default -> named(token, scope);
        };
    }

    private Operand constant(Object value) {
        return ledger.operand(locals -> value);
    }

    private Operand named(Token token, Scope scope) {
        Scope.Meaning meaning = Scope.meaning(scope, token.text());
        if (meaning instanceof Scope.Local local) {
            ledger.noteUse(local.parameters());
            int slot = local.slot();
            return ledger.operand(locals -> locals[slot], local.parameters());
        }
        if (meaning instanceof Scope.Helper helper) {
            if (!tokens.peek().is("(")) {
                throw tokens.refusal(token, token.text() + " is a function, which can only be called");
            }
            return functions.call(helper, arguments(scope), token);
        }
        if (Words.reserved(token.text())) {
            throw tokens.refusal(token, token.text() + " is not part of the language here");
        }
        throw tokens.refusal(token, "no such name: " + token.text() + "; names are parameters, and what const, let and var declare before");
    }

    private Operand math(Token math, Scope scope) {
        tokens.expect(".");
        Token name = word();
        boolean extreme = name.is("min") || name.is("max");
        if (!extreme && !MATH.containsKey(name.text()) || !tokens.peek().is("(")) {
            throw tokens.refusal(math, "no such function: Math." + name.text() + ", but Math.min, max, abs, floor, ceil and round");
        }
        List<Operand> arguments = arguments(scope);
        if (extreme) {
            return extreme(name, arguments, Numbers::of);
        }
        checkCount(name, arguments, 1, 1);
        return numeric(MATH.get(name.text()), arguments.get(0));
    }

    private Operand extreme(Token name, List<Operand> arguments, UnaryOperator<Object> number) {
        checkCount(name, arguments, 1, Formula.MAX_MEMBERS);
        BinaryOperator<Object> choice = name.is("min") ? Numbers::min : Numbers::max;
        Node[] nodes = arguments.stream().map(Operand::node).toArray(Node[]::new);
        return ledger.operand(locals -> {
            Object chosen = number.apply(nodes[0].value(locals));
            for (int i = 1; i < nodes.length; i++) {
                chosen = choice.apply(chosen, number.apply(nodes[i].value(locals)));
            }
            return chosen;
        }, arguments.toArray(Operand[]::new));
    }

    private Operand newBigNumber(Token word, Scope scope) {
        Token name = tokens.take();
        if (!name.is("BigNumber") || !tokens.peek().is("(")) {
            throw tokens.refusal(word, "new is part of the language only in new BigNumber(…)");
        }
        return decimal(name, scope);
    }

    private Operand bigNumber(Token name, Scope scope) {
        if (tokens.peek().is("(")) {
            return decimal(name, scope);
        }
        tokens.expect(".");
        Token function = tokens.take();
        if (!function.is("min") && !function.is("max") || !tokens.peek().is("(")) {
            throw tokens.refusal(function, "no such function: BigNumber." + function.text() + ", but min and max");
        }
        return extreme(function, arguments(scope), BigNumbers::of);
    }

    private Operand decimal(Token name, Scope scope) {
        List<Operand> arguments = arguments(scope);
        checkCount(name, arguments, 1, 1);
        Node node = arguments.get(0).node();
        return ledger.operand(locals -> BigNumbers.of(node.value(locals)), arguments.get(0));
    }

    private Operand object(Scope scope) {
        Token first = tokens.peek();
        List<String> names = new ArrayList<>();
        List<Operand> values = new ArrayList<>();
        Set<String> unique = new HashSet<>();
        tokens.expect("{");
        while (!tokens.peek().is("}")) {
            Token name = tokens.peek().kind() == Token.Kind.QUOTED ? tokens.take() : word();
            checkMember(name);
            if (!unique.add(name.text())) {
                throw tokens.refusal(name, name.text() + " is a member of this object already");
            }
            names.add(name.text());
            if (name.kind() == Token.Kind.WORD && (tokens.peek().is(",") || tokens.peek().is("}"))) {
                values.add(named(name, scope));
            } else {
                tokens.expect(":");
                values.add(operand(scope));
            }
            if (!tokens.take(",")) {
                break;
            }
        }
        tokens.expect("}");
        if (names.size() > Formula.MAX_MEMBERS) {
            throw tokens.refusal(first, "more than " + Formula.MAX_MEMBERS + " members");
        }
        return object(names.toArray(String[]::new), values);
    }

    private Operand object(String[] names, List<Operand> values) {
        Node[] nodes = values.stream().map(Operand::node).toArray(Node[]::new);
        return ledger.operand(locals -> {
            Object[] members = new Object[nodes.length];
            for (int i = 0; i < nodes.length; i++) {
                members[i] = nodes[i].value(locals);
            }
            return new Fields(names, members);
        }, values.toArray(Operand[]::new));
    }
}
