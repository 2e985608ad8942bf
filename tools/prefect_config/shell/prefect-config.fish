# fish: completion, and a segment for the prompt. Loaded by: prefect-config shell-init fish | source

# function fish_right_prompt; prefect_config_prompt; end
function prefect_config_prompt
    set -l last $status
    echo -n (command prefect-config prompt 2>/dev/null)
    return $last
end

function __prefect_config_complete
    set -l typed (commandline -ct)
    # An open quote is none of the word's.
    set -l word (string unescape -- $typed; or string replace -r '["\']' '' -- $typed)
    set -l words (commandline -opc)[2..-1] "$word"
    set -l lines (string join0 -- $words | command prefect-config complete 2>/dev/null)
    switch "$lines[1]"
        case folders
            __fish_complete_directories $typed
        case files
            string join \n -- $lines[2..-1]
            __fish_complete_path $typed
        case command-line
            complete -C (string replace -r '^.*? -- *' '' -- (commandline -cp))
        case '*'
            string join \n -- $lines[2..-1]
    end
end

complete -c prefect-config -f -a '(__prefect_config_complete)'
