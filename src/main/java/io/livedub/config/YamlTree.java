package io.livedub.config;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A YAML text as a tree, and the line of each of its values, by the path that messages use: {@code streams[1].mode}.
 *
 * <p>Made from SnakeYAML's nodes: its objects, and Jackson's, no longer know their lines. Plain words mean what YAML 1.2 says, so that
 * {@code no} is Norwegian and not false.
 */
record YamlTree(JsonNode root, Map<String, Integer> lines) {
    private static final int DEEPEST = 8;
    /** With every alias counted as often as it stands. */
    private static final int MOST_VALUES = 50_000;

    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");

    /** An error in a text, with its place. */
    static final class YamlFault extends Exception {
        private static final long serialVersionUID = 1L;

        /** @param line counts from 1 */
        YamlFault(int line, String what) {
            super(String.format(Locale.ROOT, "line %d: %s", line, what));
        }
    }

    /** @throws YamlFault when it is not YAML, more than one document, or larger than anything that is meant to be read here */
    static YamlTree parse(String text) throws YamlFault {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(text.length() + 1);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(MOST_VALUES);
        options.setAllowRecursiveKeys(false);
        Node root;
        try {
            root = new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options)
                    .getSingleNode();
        } catch (MarkedYAMLException malformed) {
            // Its own message shows the text around the place.
            int line = malformed.getProblemMark() == null
                    ? 1
                    : malformed.getProblemMark().getLine() + 1;
            throw new YamlFault(line, "not YAML: " + malformed.getProblem());
        } catch (YAMLException malformed) {
            throw new YamlFault(1, "not YAML, or nested too deeply: " + malformed.getMessage());
        }
        if (root == null) {
            throw new YamlFault(1, "the file is empty");
        }
        Reading reading = new Reading();
        return new YamlTree(reading.tree(root, "", 0), reading.lines);
    }

    /** The line of the value at this path, or of the nearest value that contains it. */
    int line(String path) {
        String at = path;
        while (!lines.containsKey(at) && !at.isEmpty()) {
            at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
        }
        return lines.getOrDefault(at, 1);
    }

    private static final class Reading {
        private final Map<String, Integer> lines = new HashMap<>();
        private int values;

        JsonNode tree(Node node, String path, int depth) throws YamlFault {
            int line = node.getStartMark().getLine() + 1;
            // An alias has no line of its own; a value is counted where it stands, so a list of aliases of lists cannot
            // grow without end.
            if (++values > MOST_VALUES || depth > DEEPEST) {
                throw new YamlFault(line, "too many values, or nested too deeply");
            }
            lines.put(path, line);
            if (node instanceof MappingNode mapping) {
                return object(mapping, path, depth);
            }
            if (node instanceof SequenceNode sequence) {
                return array(sequence.getValue(), path, depth);
            }
            return scalar((ScalarNode) node);
        }

        private ObjectNode object(MappingNode mapping, String path, int depth) throws YamlFault {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (NodeTuple field : mapping.getValue()) {
                int line = field.getKeyNode().getStartMark().getLine() + 1;
                if (!(field.getKeyNode() instanceof ScalarNode key)) {
                    throw new YamlFault(line, "a field's name must be a text");
                }
                String name = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                if (object.has(key.getValue())) {
                    throw new YamlFault(line, shown(name, 100) + " stands twice");
                }
                object.set(key.getValue(), tree(field.getValueNode(), name, depth + 1));
                lines.put(name, line);
            }
            return object;
        }

        private ArrayNode array(List<Node> elements, String path, int depth) throws YamlFault {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < elements.size(); i++) {
                array.add(tree(elements.get(i), String.format(Locale.ROOT, "%s[%d]", path, i), depth + 1));
            }
            return array;
        }
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        return Optional.of(scalar)
                .filter(ScalarNode::isPlain)
                .flatMap(plain -> typed(text))
                .orElseGet(() -> TextNode.valueOf(text));
    }

    private static Optional<JsonNode> typed(String text) {
        if (NULL.matcher(text).matches()) {
            return Optional.of(NullNode.instance);
        }
        if (BOOLEAN.matcher(text).matches()) {
            return Optional.of(BooleanNode.valueOf(Boolean.parseBoolean(text)));
        }
        if (INTEGER.matcher(text).matches()) {
            return Optional.of(BigIntegerNode.valueOf(new BigInteger(text)));
        }
        return Optional.empty();
    }

    static String shown(String text, int most) {
        String line = text.replaceAll(ConfigurationException.UNPRINTABLE, " ");
        return line.length() > most ? line.substring(0, most) + "…" : line;
    }
}
