import { stringify } from './json.ts'

type Value = string | number | boolean | null | Value[] | { [name: string]: Value }
type Members = Record<string, Value>

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g

const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

interface Element {
  readonly name: string
  readonly members: Members
}

/**
 * XML as maps: attributes and children are members, a name that comes again makes a list, text beside them is
 * `content`, numbers and booleans are what they say. Throws for what is not well-formed.
 */
function toMap(xml: string): Members {
  const open: Element[] = [{ name: '', members: {} }]
  for (const [whole, cdata, closing, opening, attributes = '', empty, text] of xml.matchAll(token)) {
    const current = open.at(-1)
    if (!current) break
    if (cdata !== undefined) add(current.members, 'content', cdata)
    else if (text !== undefined) addText(current.members, text)
    else if (opening !== undefined) {
      const members: Members = {}
      for (const [, name = '', double, single] of attributes.matchAll(attribute))
        add(members, name, typed(unescaped(double ?? single ?? '')))
      if (empty) add(current.members, opening, simplified(members))
      else open.push({ name: opening, members })
    } else if (closing !== undefined) {
      if (current.name !== closing) throw new Error(`XML: unexpected ${whole}.`)
      open.pop()
      const parent = open.at(-1)
      if (parent) add(parent.members, closing, simplified(current.members))
    }
  }
  const [document] = open
  if (open.length !== 1 || !document) throw new Error(`XML: <${open.at(-1)?.name ?? ''}> is not closed.`)
  return document.members
}

export const xml = {
  toMap,
  toJsonString: (text: string, stringEncode = false): string => {
    const json = stringify(toMap(text))
    return stringEncode ? stringify(json) : json
  },
}

function addText(members: Members, text: string): void {
  const trimmed = text.trim()
  if (trimmed !== '') add(members, 'content', typed(unescaped(trimmed)))
}

function add(members: Members, name: string, value: Value): void {
  const before = members[name]
  if (before === undefined) members[name] = value
  else if (Array.isArray(before)) before.push(value)
  else members[name] = [before, value]
}

/** An element of nothing but text is its text; an empty one is an empty string. */
function simplified(members: Members): Value {
  const names = Object.keys(members)
  if (names.length === 0) return ''
  return names.length === 1 && members.content !== undefined ? members.content : members
}

function typed(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? Number(text) : text
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  return text.replace(/&(#x?[0-9a-fA-F]+|[a-z]+);/g, (whole, entity: string) => {
    if (!entity.startsWith('#')) return entities[entity] ?? whole
    const code = entity.charAt(1) === 'x' ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1))
    return String.fromCodePoint(code)
  })
}
